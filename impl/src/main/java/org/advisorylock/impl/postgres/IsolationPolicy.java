package org.advisorylock.impl.postgres;

/**
 * What to do outside READ COMMITTED. There the lock statement takes the snapshot of the transaction before it waits, so
 * later reads see older data.
 */
public enum IsolationPolicy {
    FAIL,
    WARN,
    ALLOW
}
