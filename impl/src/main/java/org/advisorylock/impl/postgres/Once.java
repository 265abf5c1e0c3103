package org.advisorylock.impl.postgres;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Something that is found out once. One thread finds out, the others wait for its result, each until its own deadline. A failure is everybody's who waited
 * for it; who comes later tries anew. Safe for use by several threads.
 */
final class Once<T> {

    /** Finds it out. */
    @FunctionalInterface
    interface Finder<T> {
        /**
         * Finds it out.
         *
         * @throws TimeoutException at the finder's own deadline, which is no failure of those who have longer
         */
        T find() throws Exception;
    }

    private final long patienceNanos;
    private final AtomicReference<@Nullable CompletableFuture<T>> running = new AtomicReference<>();
    private volatile @Nullable T found;

    /**
     * @param patienceNanos so long a thread waits for another one before it tries by itself: the other may wait for a connection that a waiting thread has
     */
    Once(long patienceNanos) {
        this.patienceNanos = patienceNanos;
    }

    /** Null before it was found. */
    @Nullable
    T found() {
        return found;
    }

    /** Forgets it, since it was wrong. */
    void forget() {
        found = null;
    }

    /**
     * Finds it, unless that was done.
     *
     * @param deadline for the wait for another thread, as {@link System#nanoTime()} counts
     * @throws TimeoutException if it is not found by then
     * @throws InterruptedException if the thread is interrupted while it waits for another one
     * @throws Exception what this thread's finder, or the one that it waited for, has thrown
     */
    T get(long deadline, Finder<T> finder) throws Exception {
        CompletableFuture<T> mine = new CompletableFuture<>();
        while (true) {
            CompletableFuture<T> other = running.compareAndExchange(null, mine);
            if (other == null) {
                return find(mine, finder);
            }
            long left = deadline - System.nanoTime();
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
