package org.advisorylock.testbed;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Open or closed; threads wait at it while it is closed. */
final class Gate {

    private boolean closed;
    private long delayNanos;

    /** How long a pass takes, as in a network. */
    synchronized void delay(Duration time) {
        delayNanos = time.toNanos();
    }

    synchronized void close(boolean on) {
        closed = on;
        notifyAll();
    }

    void pass() throws InterruptedException {
        long nanos;
        synchronized (this) {
            while (closed) {
                wait();
            }
            nanos = delayNanos;
        }
        if (nanos > 0) {
            LockSupport.parkNanos(nanos);
        }
    }
}
