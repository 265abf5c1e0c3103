package org.advisorylock;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/**
 * Locks that are held until they are released, whatever transactions do meanwhile: PostgreSQL's session-level advisory locks
 * ({@code pg_advisory_lock}), on connections that the library keeps for them. For work that has no transaction, or more than one, or lies outside the
 * database. Where one transaction does the work, {@link TransactionLocks} is safer: its locks cannot be lost while the transaction goes on.
 *
 * <p>A CDI bean, safe for use by several threads. The thread that acquires is the owner, and may acquire the same key again (see {@link LockHandle}). A session lock
 * and a transaction lock of the same key exclude each other.
 *
 * <p><b>Connections.</b> Never that of the caller's transaction. All locks that were free at once share one connection of this JVM, however many there are; a waiter
 * has a connection of its own until it is served and has released, up to eight of them; further waiters, and those for {@linkplain LockRequest#permits permits}, ask
 * again several times a second. They come from the DataSource that {@code advisorylock.session.datasource} names, which may be one outside JTA and should lead past
 * poolers; else from the one that transaction locks use, where at most one waiter at a time takes a connection, for two seconds at most.
 * Through a transaction pooler, and on a standby, every acquire throws {@link LockGuardException}.
 *
 * <p><b>Loss.</b> A lock is lost when its connection ends. Each connection is asked for life once in a heartbeat, {@code advisorylock.session.heartbeat}
 * (a duration in ISO-8601, 5 seconds if it is not set), and an answer may take half of one. A JVM that stands still for
 * three heartbeats loses its locks (PostgreSQL 14 and newer: {@code idle_session_timeout}), so that others can go on. See {@link LockHandle#onLost} and {@link LockHandle#fencingToken}.
 *
 * <p><b>Several databases.</b> Locks of different databases know nothing of each other. A group of three or more ({@code advisorylock.group.NAME=a,b,c}) is one lock: all
 * members are asked at once, and a majority makes it. Losing a minority is told to nobody, and mended; losing the majority is a loss. Permits it has none.
 *
 * <p><b>Deadlocks.</b> PostgreSQL does not see that a thread which holds one key waits for another. Acquire keys that belong together in one call, which takes them in
 * the order of their numbers, and give every wait an end.
 *
 * <p>Besides the errors given with the methods, each acquire throws
 *
 * <ul>
 *   <li>{@link LockKeyException}: a text is empty, or not of the hash's form
 *   <li>{@link LockGuardException}: the lock would guard nothing, as behind a transaction pooler; the key is in use in this JVM with another number of permits
 *   <li>{@link SelfDeadlockException}: a transaction of this thread holds the key, or this thread holds it shared and wants it exclusive
 *   <li>{@link AdvisoryLockException}: any other failure of the database; the thread was interrupted (its flag stays set)
 * </ul>
 */
public interface SessionLocks {
    /**
     * Takes an exclusive lock, waiting up to 60 seconds.
     *
     * @param key the text of the key, as it stands; it becomes a number by the configured hash
     * @return the lock
     * @throws LockTimeoutException if it is not granted in time
     */
    LockHandle acquire(String key);

    /**
     * Takes all keys of a request or none, waiting up to 60 seconds in all. Several keys are taken in the order of their
     * numbers, or {@linkplain LockRequest#inOrder as given}: then two callers with different orders can wait for each other
     * until their waits end. With {@linkplain LockRequest#permits permits} it takes one of them.
     *
     * @param request the keys
     * @return the locks, which are released together
     * @throws LockTimeoutException if one is not granted in time; then none is held
     */
    LockHandle acquire(LockRequest request);

    /**
     * Takes an exclusive lock if it is granted in time.
     *
     * @param key the text of the key, as it stands
     * @param wait how long to wait, not negative; zero tries once ({@code pg_try_advisory_lock})
     * @return the lock, or empty
     */
    Optional<LockHandle> tryAcquire(String key, Duration wait);

    /**
     * Takes all keys of a request or none, if they are granted in time; see {@link #acquire(LockRequest)}.
     *
     * @param request the keys
     * @param wait how long to wait in all, not negative; zero tries once
     * @return the locks, or empty; then none is held
     */
    Optional<LockHandle> tryAcquire(LockRequest request, Duration wait);

    /**
     * A view of one exclusive lock as {@code java.util.concurrent} knows it. It is re-entrant; {@code lock} waits for ever and is not interrupted, nor is {@code tryLock()};
     * {@code unlock} without a lock of this thread throws {@link IllegalMonitorStateException}, and of a lock that was lost {@link LockLostException}; in a
     * transaction it is held until that has ended, as with {@link LockHandle#close}; conditions are not supported.
     *
     * @param key the text of the key
     * @return the view; two views of one key are the same lock
     */
    Lock lock(String key);

    /**
     * The same locks on another DataSource, or on a group of independent databases that {@code advisorylock.group.NAME} names: such a lock is held while a majority of
     * its members holds it. See {@link AdvisoryLock#dataSource}.
     *
     * @param dataSource configured name, name of a bean or of a group, or a JNDI name that begins with {@code java:}; no other JNDI name is looked up, since this
     *     one may come from a request
     * @return locks of that DataSource or group
     */
    SessionLocks on(String dataSource);
}
