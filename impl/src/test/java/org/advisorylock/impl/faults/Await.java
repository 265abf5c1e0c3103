package org.advisorylock.impl.faults;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits until a condition is true, for a minute at most. */
final class Await {

    private Await() {}

    static void until(String otherwise, Callable<Boolean> condition) {
        until(otherwise, Duration.ofMinutes(1), condition);
    }

    static void until(String otherwise, Duration most, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + most.toNanos();
        try {
            while (!condition.call()) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError(otherwise + ", after " + most);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            }
        } catch (Exception e) {
            throw new AssertionError(otherwise, e);
        }
    }

    static void latch(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("what was waited for did not happen within a minute");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until a thread queues in this JVM, before it reaches the database. */
    static void atGate(Thread thread) {
        until(
                thread + " does not wait at a gate",
                () -> thread.getState() != Thread.State.RUNNABLE
                        && Arrays.stream(thread.getStackTrace())
                                .anyMatch(frame -> frame.getClassName().endsWith(".Gates")));
    }
}
