package org.advisorylock.impl.postgres;

/**
 * What to do outside READ COMMITTED, where the lock statement itself takes the transaction's snapshot before it waits, so that
 * later reads are older than the lock.
 */
public enum IsolationPolicy {
    FAIL,
    WARN,
    ALLOW
}
