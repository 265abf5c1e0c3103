package org.advisorylock.impl.session;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.impl.session.hold.Failures;
import org.advisorylock.impl.session.hold.Handle;
import org.jspecify.annotations.Nullable;

/** Blocks the caller's thread until its request is answered, its time is over, or it is interrupted. */
final class CallerWait {

    private final Acquisition acquisition;
    private final Claim claim;
    private final SessionTimeouts timeouts;
    private final LongSupplier nanoClock;
    private final long began;

    /** @param began when the caller asked, by the clock */
    CallerWait(Acquisition acquisition, SessionTimeouts timeouts, LongSupplier nanoClock, long began) {
        this.acquisition = acquisition;
        this.claim = acquisition.ask().claim();
        this.timeouts = timeouts;
        this.nanoClock = nanoClock;
        this.began = began;
    }

    /**
     * Waits for the lock.
     *
     * @return null if it was not granted in time; then {@link Acquisition#holders} tells who has it
     */
    @Nullable
    Handle await() {
        try {
            if (claim.isUnlimited()) {
                acquisition.answered().get();
            } else {
                awaitInTime();
            }
            return acquisition.take();
        } catch (InterruptedException e) {
            acquisition.abandon();
            awaitEnd();
            Thread.currentThread().interrupt();
            throw Failures.interrupted(claim, Duration.ofNanos(nanoClock.getAsLong() - began));
        } catch (TimeoutException e) {
            acquisition.abandon();
            throw Failures.silent(claim, (nanoClock.getAsLong() - began) / 1_000_000, e);
        } catch (ExecutionException e) {
            throw Failures.toException(e.getCause(), claim);
        }
    }

    private void awaitInTime() throws InterruptedException, ExecutionException, TimeoutException {
        try {
            acquisition
                    .answered()
                    .get(Math.max(0, claim.deadline(began) - nanoClock.getAsLong()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            if (!acquisition.withdraw()) {
                // The server is being asked at this moment. Its answer comes within a known time.
                acquisition.answered().get(timeouts.longestAnswer().toNanos(), TimeUnit.NANOSECONDS);
            }
        }
    }

    /** Waits until nothing of the request is left, if the server answers in time. */
    private void awaitEnd() {
        CompletableFuture<?> over = acquisition.ask().over();
        long end = nanoClock.getAsLong() + timeouts.heartbeat().toNanos();
        boolean running = true;
        while (running && nanoClock.getAsLong() < end) {
            try {
                over.get(end - nanoClock.getAsLong(), TimeUnit.NANOSECONDS);
                running = false;
            } catch (InterruptedException again) {
                running = true;
            } catch (TimeoutException | ExecutionException late) {
                running = false;
            }
        }
    }
}
