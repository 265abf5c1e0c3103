package org.advisorylock;

import java.util.List;

/**
 * Shows the advisory locks of the database. A CDI bean; safe for use by several threads.
 */
public interface LockMonitor {
    /**
     * Every advisory lock of the configured DataSource's database, whoever took it: holders and waiters, session and
     * transaction level, prepared transactions. Reads {@code pg_locks}, {@code pg_stat_activity} and
     * {@code pg_prepared_xacts} in one statement, on a connection of that DataSource (in a transaction: the enlisted one).
     * It waits for no lock, but reading {@code pg_locks} touches the whole lock table for a moment: call it at most about once
     * a second.
     *
     * @return the rows, by key, holders before waiters
     * @throws AdvisoryLockException if the database cannot be asked
     */
    List<LockInfo> locks();

    /**
     * Who holds and who waits for the keys of a request: "is this held, and by whom?". Reads only their rows, in one statement
     * on a connection of the configured DataSource. With {@linkplain LockRequest#permits permits} these are the rows of all
     * permits of the key. The request's mode does not matter. Waits for no lock.
     *
     * @param keys the keys
     * @return the rows, by key, holders before waiters; empty if nobody holds or waits
     * @throws LockKeyException if a text is not of the hash's form
     * @throws AdvisoryLockException if the database cannot be asked
     */
    List<LockInfo> locks(LockRequest keys);
}
