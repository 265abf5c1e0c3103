package org.advisorylock.impl.session;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.advisorylock.impl.postgres.Claim;

/** How long a request may wait. */
final class WaitLimit {

    private final Claim claim;
    private final long deadline;
    private final LongSupplier nanoClock;

    /** @param began when the caller asked, by the clock */
    WaitLimit(Claim claim, long began, LongSupplier nanoClock) {
        this.claim = claim;
        this.deadline = claim.deadline(began);
        this.nanoClock = nanoClock;
    }

    boolean isOver() {
        return claim.isImmediate() || (!claim.isUnlimited() && deadline - nanoClock.getAsLong() <= 0);
    }

    /** The time that is left, but at least a nanosecond, and no more than this. */
    Duration left(Duration most) {
        if (claim.isUnlimited()) {
            return most;
        }
        long nanos = Math.max(1, deadline - nanoClock.getAsLong());
        return nanos < most.toNanos() ? Duration.ofNanos(nanos) : most;
    }
}
