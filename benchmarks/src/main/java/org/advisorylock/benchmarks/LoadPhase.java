package org.advisorylock.benchmarks;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Four threads read rows by primary key for some seconds, while other threads may compete for one key.
 *
 * @param hot how long each call waited for the key
 * @param reads how long each unrelated read took
 */
record LoadPhase(double seconds, Times hot, Times reads) {

    static final int ROWS = 1000;

    private static final int READERS = 4;
    private static final long HOLD = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(2);

    /** Runs one. */
    static LoadPhase run(Counter counter, int hotThreads, long millis) {
        Crowd pressing = new Crowd(hotThreads, () -> {
            long asked = System.nanoTime();
            long[] inside = new long[1];
            counter.counted(() -> {
                inside[0] = System.nanoTime();
                LockSupport.parkNanos(HOLD);
            });
            return inside[0] - asked;
        });
        Crowd reading = new Crowd(READERS, () -> {
            LockSupport.parkNanos(PAUSE);
            long asked = System.nanoTime();
            counter.read(ThreadLocalRandom.current().nextInt(ROWS));
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

    double hotPerSecond() {
        return hot.count() / seconds;
    }

    double readsPerSecond() {
        return reads.count() / seconds;
    }
}
