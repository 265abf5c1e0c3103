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
}
