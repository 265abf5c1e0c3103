package org.advisorylock.impl.session.link;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.advisorylock.impl.postgres.SessionTimeouts;

/**
 * How long an idle session stays open, in nanoseconds. To open one takes longer than most of its work. But it must not
 * keep a connection that somebody else needs.
 *
 * @param dedicated whether no transaction takes connections from the same pool
 * @param hasSpare whether the pool of transactions has a connection to spare
 * @param most how long it stays open if nobody else can need its connection
 */
record IdleTimes(boolean dedicated, BooleanSupplier hasSpare, Duration most) {

    /** How long a connection is kept that transactions of the same pool, or waiters, may need. */
    private static final Duration SHORT = Duration.ofSeconds(1);

    long ofShared() {
        if (dedicated) {
            return most.toNanos();
        }
        return hasSpare.getAsBoolean() ? shorter() : 0;
    }

    /** For the session of a waiter, and for that of tokens. */
    long ofOthers() {
        return dedicated ? shorter() : 0;
    }

    private long shorter() {
        return SessionTimeouts.shorter(most, SHORT).toNanos();
    }
}
