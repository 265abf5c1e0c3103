package org.advisorylock.impl.faults;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.locks.LockSupport;

/**
 * How busy the machine is: how late a thread wakes after a short pause, at worst. Tests add it to their time limits, so
 * that these hold on any machine.
 */
final class Lateness implements AutoCloseable {

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    private final LongAccumulator worst = new LongAccumulator(Long::max, 0);
    private final Thread watch = new Thread(this::watch, "lateness");
    private volatile boolean closed;

    Lateness() {
        watch.setDaemon(true);
        watch.start();
    }

    private void watch() {
        while (!closed) {
            long began = System.nanoTime();
            LockSupport.parkNanos(PAUSE);
            worst.accumulate(System.nanoTime() - began - PAUSE);
        }
    }

    /** Begins anew. */
    void reset() {
        worst.reset();
    }

    /** The worst since then. */
    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(worst.get());
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        watch.join();
    }
}
