package org.advisorylock.testbed;

/** Work that gives no result and may throw anything checked. */
@FunctionalInterface
public interface ThrowingRunnable {
    /** Does the work. */
    void run() throws Exception;
}
