package org.advisorylock.impl.transaction;

import java.time.Duration;
import org.advisorylock.impl.postgres.Claim;

/** How long a request has waited, and may still wait. */
final class Deadline {

    private final Claim request;
    private final long began = System.nanoTime();

    Deadline(Claim request) {
        this.request = request;
    }

    /** By {@link System#nanoTime}; not to be used for an unlimited request. */
    long nanoTime() {
        return request.deadline(began);
    }

    /** The same, but no sooner than so many nanoseconds after the beginning; far away for an unlimited request. */
    long notBefore(long least) {
        return request.isUnlimited() ? began + Long.MAX_VALUE / 2 : Math.max(nanoTime() - began, least) + began;
    }

    Duration waited() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    boolean isOver() {
        return !request.isUnlimited() && nanoTime() - System.nanoTime() <= 0;
    }

    /** The milliseconds that are left. Zero would mean to try once, so the rest of a longer wait is never zero. */
    long millisLeft() {
        long wait = request.waitMillis();
        return wait <= 0 ? wait : Math.max(1, Math.min(wait, (nanoTime() - System.nanoTime() + 999_999) / 1_000_000));
    }
}
