package org.advisorylock;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One advisory lock of the database, held or waited for: a row of {@code pg_locks}, with what {@code pg_stat_activity}
 * knows of its session.
 *
 * @param key the key; it has its {@linkplain AdvisoryLockKey#text() text} if a transaction of this JVM holds it or
 *     waits for it
 * @param mode exclusive or shared
 * @param granted true for a holder, false for a waiter
 * @param pid the process id of the backend; null for a {@linkplain #preparedTransaction() prepared transaction}
 * @param applicationName the {@code application_name} of the session; null if unknown
 * @param clientAddress the client's address; null for a local session, or if this role may not see it
 * @param waitingSince when the wait began; null for a holder, and before PostgreSQL 14
 * @param transactionSince when its transaction began (its locks cannot be older) or was prepared; null if unknown
 * @param blockedBy the process ids that keep a waiter from its lock, ascending; 0 is a prepared transaction
 * @param preparedTransaction the global identifier of the prepared transaction that holds the lock until it is
 *     resolved; else null
 * @see <a href="https://www.postgresql.org/docs/current/view-pg-locks.html">PostgreSQL: pg_locks</a>
 */
public record LockInfo(
        AdvisoryLockKey key,
        LockMode mode,
        boolean granted,
        @Nullable Integer pid,
        @Nullable String applicationName,
        @Nullable String clientAddress,
        @Nullable Instant waitingSince,
        @Nullable Instant transactionSince,
        List<Integer> blockedBy,
        @Nullable String preparedTransaction)
        implements Serializable {}
