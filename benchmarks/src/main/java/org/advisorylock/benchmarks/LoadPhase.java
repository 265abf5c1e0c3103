package org.advisorylock.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.advisorylock.testbed.ThrowingRunnable;

/**
 * A while in which threads press for one key, and others may read something that has nothing to do with it.
 *
 * @param hot how long each call for the key waited before it was in
 * @param reads how long each unrelated read took
 */
public record LoadPhase(double seconds, Times hot, Times reads) {

    private static final int READERS = 4;
    private static final long HOLD = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(2);

    /** A call that runs the work while it holds the key. */
    @FunctionalInterface
    public interface HotCall {
        /** Does it once. */
        void run(Runnable work) throws Exception;
    }

    /** Runs one with four readers, and a key that each holder keeps for 2 ms. */
    public static LoadPhase run(HotCall hot, int hotThreads, ThrowingRunnable read, long millis) {
        return run(hot, hotThreads, HOLD, read, READERS, millis);
    }

    /** Runs one without readers, and a key that each holder keeps for as long as it says. */
    public static LoadPhase run(HotCall hot, int hotThreads, long holdNanos, long millis) {
        return run(hot, hotThreads, holdNanos, () -> {}, 0, millis);
    }

    private static LoadPhase run(
            HotCall hot, int hotThreads, long holdNanos, ThrowingRunnable read, int readers, long millis) {
        Crowd pressing = new Crowd(hotThreads, () -> {
            long asked = System.nanoTime();
            long[] inside = new long[1];
            hot.run(() -> {
                inside[0] = System.nanoTime();
                if (holdNanos > 0) {
                    LockSupport.parkNanos(holdNanos);
                }
            });
            return inside[0] - asked;
        });
        Crowd reading = new Crowd(readers, () -> {
            LockSupport.parkNanos(PAUSE);
            long asked = System.nanoTime();
            read.run();
            return System.nanoTime() - asked;
        });
        long began = System.nanoTime();
        pressing.start();
        reading.start();
        long end = began + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        reading.stop();
        pressing.stop();
        double seconds = (System.nanoTime() - began) / 1e9;
        return new LoadPhase(seconds, together(pressing.join()), together(reading.join()));
    }

    private static Times together(List<Times> each) {
        Times all = new Times();
        each.forEach(all::addAll);
        return all;
    }

    /** How often the key was had. */
    public double hotPerSecond() {
        return hot.count() / seconds;
    }

    /** How often something else was read. */
    public double readsPerSecond() {
        return reads.count() / seconds;
    }
}
