package org.advisorylock.testbed;

/** Open or closed; threads wait at it while it is closed. */
final class Gate {

    private boolean closed;

    synchronized void close(boolean on) {
        closed = on;
        notifyAll();
    }

    synchronized void pass() throws InterruptedException {
        while (closed) {
            wait();
        }
    }
}
