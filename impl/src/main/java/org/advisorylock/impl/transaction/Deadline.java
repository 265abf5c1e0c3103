package org.advisorylock.impl.transaction;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.advisorylock.impl.postgres.Claim;

/** How long a request has waited, and may still wait. */
final class Deadline {

    private final Claim request;
    private final LongSupplier nanoClock;
    private final long began;

    /** The request begins to wait now. */
    Deadline(Claim request, LongSupplier nanoClock) {
        this.request = request;
        this.nanoClock = nanoClock;
        this.began = nanoClock.getAsLong();
    }

    /** By its clock; not to be used for an unlimited request. */
    long nanoTime() {
        return request.deadline(began);
    }

    /** The same, but no sooner than so many nanoseconds after the beginning; far away for an unlimited request. */
    long notBefore(long least) {
        return request.isUnlimited() ? began + Long.MAX_VALUE / 2 : Math.max(nanoTime() - began, least) + began;
    }

    /** The time by its clock. */
    long now() {
        return nanoClock.getAsLong();
    }

    Duration waited() {
        return Duration.ofNanos(now() - began);
    }

    boolean isOver() {
        return !request.isUnlimited() && nanoTime() - now() <= 0;
    }

    /** The milliseconds that are left. Zero would mean to try once, so the rest of a longer wait is never zero. */
    long millisLeft() {
        long wait = request.waitMillis();
        return wait <= 0 ? wait : Math.max(1, Math.min(wait, (nanoTime() - now() + 999_999) / 1_000_000));
    }
}
