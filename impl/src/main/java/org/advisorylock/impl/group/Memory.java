package org.advisorylock.impl.group;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.advisorylock.impl.postgres.Incarnation;
import org.advisorylock.impl.postgres.Texts;

/**
 * Whether what a member grants counts. It may have forgotten locks, and does not count before their holders must have
 * noticed. That time passes on the clock of this JVM, from when it first saw the member in its present life. A server's
 * own clock may have been set since that life began. So this JVM believes the age that the server tells only if it has
 * not seen the member forget, and sees no other JVM that may have: who holds a lock of the group is seen on each member
 * that it reaches.
 */
final class Memory {

    private final Duration needed;
    private final LongSupplier nanoTime;
    private String life = "";
    private String identity = "";
    private long seen;
    private Duration age = Duration.ZERO;
    private boolean broken;
    private boolean counts;

    /**
     * Of a member that was not seen yet.
     *
     * @param needed after that all have noticed
     * @param nanoTime as {@link System#nanoTime}
     */
    Memory(Duration needed, LongSupplier nanoTime) {
        this.needed = needed;
        this.nanoTime = nanoTime;
    }

    /** Whether that is another life of its memory than the one seen before. */
    synchronized boolean isNew(Incarnation now) {
        return !life.equals(now.id());
    }

    /** Begins anew. */
    synchronized void begin(Incarnation now, String which) {
        boolean another = !identity.isEmpty() && !identity.equals(which);
        age = broken || another ? Duration.ZERO : now.age();
        life = now.id();
        identity = which;
        seen = now.seen();
        counts = false;
    }

    /** The session that has watched over it ended by itself. */
    synchronized void broke() {
        broken = true;
    }

    /** A session watches over it. */
    synchronized void watched() {
        broken = false;
    }

    /** Which database it is; empty before that is known. */
    synchronized String identity() {
        return identity;
    }

    /** What others see of a member that counts, and believe if they have the same patience. */
    synchronized String proof() {
        return life + ' ' + needed.toMillis();
    }

    /**
     * Finds out whether it counts.
     *
     * @param proved whether another JVM shows that it does
     * @param watched whether another JVM shows on other members that those count: it may have locks that this one has
     *     forgotten
     */
    synchronized boolean counts(boolean proved, boolean watched) {
        if (!counts) {
            counts = proved || known(watched).compareTo(needed) >= 0;
        }
        return counts;
    }

    synchronized boolean counts() {
        return counts;
    }

    private Duration known(boolean watched) {
        Duration here = Duration.ofNanos(nanoTime.getAsLong() - seen);
        return watched ? here : here.plus(age);
    }

    /** Why it does not count, in a few words. */
    synchronized String reason() {
        return "it may have forgotten locks, as it was started, or promoted, or first seen " + Texts.of(known(false))
                + " ago, and counts when all holders must have noticed, " + Texts.of(needed) + " after that";
    }
}
