package org.advisorylock;

import java.util.List;

/** Shows the advisory locks of the database. A CDI bean; safe for use by several threads. */
public interface LockMonitor {
    /**
     * All advisory locks of the configured DataSource's database, whoever took them: holders and waiters, of session
     * and transaction level, and prepared transactions. It reads {@code pg_locks}, {@code pg_stat_activity} and
     * {@code pg_prepared_xacts} in one statement, on a connection of that DataSource (in a transaction: the enlisted
     * one). It waits for no lock, but reading {@code pg_locks} touches the whole lock table for a moment. Call it at
     * most about once a second.
     *
     * @return the rows, by key, holders before waiters
     * @throws AdvisoryLockException if the database cannot be asked
     */
    List<LockInfo> locks();

    /**
     * Who holds the keys of a request, and who waits for them. It reads only their rows, in one statement on a
     * connection of the configured DataSource. With {@linkplain LockRequest#permits permits} these are the rows of all
     * permits of the key. The request's mode does not matter. It waits for no lock.
     *
     * @param keys the keys
     * @return the rows, by key, holders before waiters; empty if nobody holds or waits
     * @throws LockKeyException if a text does not fit the hash
     * @throws AdvisoryLockException if the database cannot be asked
     */
    List<LockInfo> locks(LockRequest keys);
}
