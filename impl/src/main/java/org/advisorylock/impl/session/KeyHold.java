package org.advisorylock.impl.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.jspecify.annotations.Nullable;

/** One key that this JVM holds on one session, by as many handles as its owner has taken. */
final class KeyHold {

    private static final int SLACK = 10;

    private final AdvisoryLockKey key;
    private final LockMode mode;
    private final Carrier carrier;
    private final String place;
    private final List<Runnable> actions = new ArrayList<>();
    private final Consumer<KeyHold> afterRelease;
    private volatile @Nullable Thread owner;
    private int handles = 1;
    private int detached;
    private Duration kept = Duration.ZERO;
    private long keptSince = System.nanoTime();
    private volatile boolean lost;

    /**
     * @param owner the thread that may take it again, with one handle
     * @param afterRelease lets others of this JVM have it
     */
    KeyHold(
            AdvisoryLockKey key,
            LockMode mode,
            Carrier carrier,
            String place,
            Thread owner,
            Consumer<KeyHold> afterRelease) {
        this.key = key;
        this.mode = mode;
        this.carrier = carrier;
        this.place = place;
        this.owner = owner;
        this.afterRelease = afterRelease;
    }

    AdvisoryLockKey key() {
        return key;
    }

    LockMode mode() {
        return mode;
    }

    Carrier carrier() {
        return carrier;
    }

    String place() {
        return place;
    }

    boolean isOwnedBy(Thread thread) {
        return owner == thread;
    }

    boolean isLost() {
        return lost;
    }

    /** One more handle, unless it is another thread's, or nobody's any more. */
    synchronized boolean takeAgain(Thread thread) {
        boolean owned = owner == thread;
        if (owned) {
            handles++;
        }
        return owned;
    }

    /** Gives up one handle of the owner; tells whether it was the last one of all. Without one of the owner nobody owns the hold. */
    synchronized boolean giveUp() {
        handles--;
        if (handles == 0) {
            owner = null;
        }
        return isFree();
    }

    /** Takes one handle from the owner: it counts on, but lets no thread take the key again. */
    synchronized void detach() {
        detached++;
        giveUp();
    }

    /** Gives up one handle that nobody owns; tells whether it was the last one of all. */
    synchronized boolean giveUpDetached() {
        detached--;
        return isFree();
    }

    private boolean isFree() {
        return handles == 0 && detached == 0;
    }

    /** Has it kept so long, from now on. */
    synchronized void keep(Duration time) {
        long now = System.nanoTime();
        if (time.compareTo(kept.minusNanos(now - keptSince)) > 0) {
            kept = time;
            keptSince = now;
        }
    }

    /**
     * How long it must be kept still; not positive if it need not. What its holder does may show a while after it was told to go on, and what the next one does sooner: as
     * long as that has taken no longer than a tenth of the time, it counts from now.
     */
    synchronized Duration left() {
        long passed = System.nanoTime() - keptSince;
        return kept.minusNanos(Math.max(0, passed - kept.toNanos() / SLACK));
    }

    /** Whether nobody has it any more, and it is kept for a while, but not for longer than that. */
    synchronized boolean isKeptFor(Duration most) {
        return isFree() && !lost && left().compareTo(most) < 0;
    }

    /** Has an action run at the loss; tells false if that has happened. */
    synchronized boolean onLost(Runnable action) {
        if (!lost) {
            actions.add(action);
        }
        return !lost;
    }

    /** Marks it lost, and gives the actions that are to be run for that. */
    synchronized List<Runnable> lose() {
        lost = true;
        owner = null;
        List<Runnable> told = List.copyOf(actions);
        actions.clear();
        return told;
    }

    /** Lets the next one of this JVM have the key. */
    void release() {
        afterRelease.accept(this);
    }
}
