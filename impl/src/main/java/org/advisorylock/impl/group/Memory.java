package org.advisorylock.impl.group;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.advisorylock.impl.postgres.Incarnation;
import org.advisorylock.impl.postgres.Wording;

/**
 * Tells whether the grants of a member count. A member may have forgotten its locks. Then it does not count until all
 * holders must have noticed that. The time passes on the clock of this JVM, from the moment when it first saw this
 * incarnation of the member, because somebody may have set the server's clock since. So this JVM believes the age that
 * the server tells only in one case: it has not seen the member forget, and no other JVM is visible there that may
 * have. A holder of a lock of the group is visible on each member that it reaches.
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
    private boolean watched;

    /**
     * The memory of a member that nobody has seen yet.
     *
     * @param needed after that all have noticed
     * @param nanoTime as {@link System#nanoTime}
     */
    Memory(Duration needed, LongSupplier nanoTime) {
        this.needed = needed;
        this.nanoTime = nanoTime;
    }

    /** Whether this incarnation of the server is another one than before. */
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

    /** Notes that the session that watched the member has ended by itself. */
    synchronized void broke() {
        broken = true;
    }

    /** Notes that a session watches the member. */
    synchronized void watched() {
        broken = false;
    }

    /** The identity of the database. Empty before it is known. */
    synchronized String identity() {
        return identity;
    }

    /** What others see of a member that counts. They believe it if their patience is the same. */
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
        this.watched = watched;
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

    /** Why the member does not count, in a few words. */
    synchronized String reason() {
        return "it may have forgotten locks, as it was started, or promoted, or first seen "
                + Wording.describe(known(watched)) + " ago, and counts when all holders must have noticed, "
                + Wording.describe(needed) + " after that";
    }
}
