package org.advisorylock;

/**
 * How a holder shares its key with others.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADVISORY-LOCKS">PostgreSQL:
 *     Advisory Lock Functions</a>
 */
public enum LockMode {
    /** One holder, and nobody else in any mode: {@code pg_advisory_xact_lock}. */
    EXCLUSIVE,

    /**
     * Any number of shared holders, but no exclusive one: {@code pg_advisory_xact_lock_shared}. A shared request that
     * comes after a waiting exclusive one waits behind it.
     */
    SHARED
}
