package org.advisorylock.tck;

/** Work without a result, which may throw anything. */
@FunctionalInterface
public interface Task {
    /** Does the work. */
    void run() throws Exception;
}
