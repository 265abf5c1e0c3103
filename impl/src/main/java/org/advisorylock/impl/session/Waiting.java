package org.advisorylock.impl.session;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;

/** A caller's wait for what a worker does for it. */
final class Waiting<T> {

    private static final Duration TICK = Duration.ofMillis(50);

    private final CompletableFuture<T> answer;
    private final Claim request;
    private final Runnable cancel;
    private final long began = System.nanoTime();

    /** @param cancel makes the worker end soon; it may be told several times */
    Waiting(CompletableFuture<T> answer, Claim request, Runnable cancel) {
        this.answer = answer;
        this.request = request;
        this.cancel = cancel;
    }

    /**
     * The answer.
     *
     * @param nanos how long the worker may take
     * @param grace how much longer an answer may be under way, before the network is given up
     */
    T get(long nanos, Duration grace) {
        long limit = nanos == LocalKeys.FOR_EVER ? nanos : Math.max(0, nanos) + 2 * grace.toNanos();
        try {
            return answer.get(limit, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            cancelled(grace);
            Thread.currentThread().interrupt();
            throw Failures.interrupted(request, Duration.ofNanos(System.nanoTime() - began));
        } catch (TimeoutException e) {
            cancel.run();
            throw new AdvisoryLockException(
                    Message.SESSION_DATABASE.text(request, "08006", "no answer within " + limit / 1_000_000 + " ms"),
                    request.keys(),
                    e);
        } catch (ExecutionException e) {
            throw Failures.told(e.getCause(), request);
        }
    }

    /** A cancel that comes before its statement has no effect, so it is repeated. */
    private void cancelled(Duration grace) {
        long end = System.nanoTime() + grace.toNanos();
        boolean running = true;
        while (running && System.nanoTime() < end) {
            cancel.run();
            try {
                answer.get(TICK.toNanos(), TimeUnit.NANOSECONDS);
                running = false;
            } catch (TimeoutException | InterruptedException again) {
                running = true;
            } catch (ExecutionException ended) {
                running = false;
            }
        }
    }
}
