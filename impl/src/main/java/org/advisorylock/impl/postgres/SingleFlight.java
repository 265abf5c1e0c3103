package org.advisorylock.impl.postgres;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A result that is found once. One thread finds it, and the others wait for it, each until its own deadline. If it
 * fails, all who waited for it fail; a later caller tries again. Safe for use by several threads.
 */
final class SingleFlight<T> {

    /** Finds the result. */
    @FunctionalInterface
    interface Finder<T> {
        /**
         * Finds the result.
         *
         * @throws TimeoutException at the finder's own deadline; for those with a later deadline this is no failure
         */
        T find() throws Exception;
    }

    private final long patienceNanos;
    private final LongSupplier nanoClock;
    private final AtomicReference<@Nullable CompletableFuture<T>> running = new AtomicReference<>();
    private volatile @Nullable T found;

    /**
     * @param patienceNanos how long a thread waits for another one before it tries by itself: the other one may wait
     *     for a connection that the waiting thread has
     */
    SingleFlight(long patienceNanos, LongSupplier nanoClock) {
        this.patienceNanos = patienceNanos;
        this.nanoClock = nanoClock;
    }

    /** The result; null before it was found. */
    @Nullable
    T result() {
        return found;
    }

    /** Forgets a wrong result. */
    void forget() {
        found = null;
    }

    /**
     * Finds the result, unless it is known.
     *
     * @param deadline for the wait for another thread, by the clock
     * @throws TimeoutException if it is not found before the deadline
     * @throws InterruptedException if the thread is interrupted while it waits for another one
     * @throws Exception what this thread's finder has thrown, or the one that it waited for
     */
    T get(long deadline, Finder<T> finder) throws Exception {
        CompletableFuture<T> mine = new CompletableFuture<>();
        while (true) {
            CompletableFuture<T> other = running.compareAndExchange(null, mine);
            if (other == null) {
                return find(mine, finder);
            }
            long left = deadline - nanoClock.getAsLong();
            try {
                return other.get(Math.min(left, patienceNanos), TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TimeoutException)) {
                    throw e.getCause() instanceof Exception failure ? failure : e;
                }
            } catch (TimeoutException e) {
                if (left <= patienceNanos) {
                    throw e;
                }
                return find(mine, finder);
            }
        }
    }

    private T find(CompletableFuture<T> mine, Finder<T> finder) throws Exception {
        try {
            T known = found;
            T result = known == null ? finder.find() : known;
            found = result;
            mine.complete(result);
            return result;
        } catch (Throwable e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            running.compareAndSet(mine, null);
        }
    }
}
