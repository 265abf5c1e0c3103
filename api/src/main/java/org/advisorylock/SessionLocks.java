package org.advisorylock;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/**
 * Locks that are held until they are released, whatever transactions do meanwhile: PostgreSQL's session-level advisory
 * locks ({@code pg_advisory_lock}), on connections that the library keeps for them. Use them for work that has no
 * transaction or several, or that is outside the database. If one transaction does the work, {@link TransactionLocks}
 * is safer: its locks cannot be lost while the transaction goes on.
 *
 * <p>A CDI bean, safe for use by several threads. The thread that acquires is the owner, and may acquire the same key
 * again (see {@link LockHandle}). A session lock and a transaction lock of the same key exclude each other.
 *
 * <p><b>Connections.</b> Session locks never use the connection of the caller's transaction. All locks that were free
 * at once share one connection of this JVM, however many there are. A waiter has a connection of its own until it has
 * got the lock and released it; up to eight waiters have one. Further waiters, and those for
 * {@linkplain LockRequest#permits permits}, ask again several times a second. The connections come from the DataSource
 * that {@code advisorylock.session.datasource} names. It may be outside JTA and should lead past poolers. Without one
 * they come from the DataSource of transaction locks; then at most one waiter at a time takes a connection, for two
 * seconds at most. Through a transaction pooler, and on a standby, every acquire throws {@link LockGuardException}.
 *
 * <p><b>Loss.</b> A lock is lost when its connection ends. The library asks each connection for a sign of life once in
 * a heartbeat ({@code advisorylock.session.heartbeat}, a duration in ISO-8601, 5 seconds by default), and an answer may
 * take half a heartbeat. A JVM that stands still for three heartbeats loses its locks, so that others can go on
 * (PostgreSQL 14 and newer: {@code idle_session_timeout}). See {@link LockHandle#onLost} and
 * {@link LockHandle#fencingToken}.
 *
 * <p><b>Several databases.</b> Locks of different databases know nothing of each other. A group of three or more
 * ({@code advisorylock.group.NAME=a,b,c}) is one lock: all members are asked at once, and a majority makes it. If a
 * minority is lost, the library takes it again and tells nobody. If the majority is lost, the lock is lost. A group has
 * no permits.
 *
 * <p><b>Deadlocks.</b> PostgreSQL does not see that a thread that holds one key waits for another. Acquire keys that
 * belong together in one call, which takes them in the order of their numbers, and give every wait an end.
 *
 * <p>Besides the errors at the methods, each acquire throws
 *
 * <ul>
 *   <li>{@link LockKeyException}: a text is empty, or does not fit the hash
 *   <li>{@link LockGuardException}: the lock would guard nothing, as behind a transaction pooler; or this JVM uses the
 *       key with another number of permits
 *   <li>{@link SelfDeadlockException}: a transaction of this thread holds the key, or this thread holds it in shared
 *       mode and wants it in exclusive mode
 *   <li>{@link AdvisoryLockException}: another failure of the database; or the thread was interrupted (its flag stays
 *       set)
 * </ul>
 */
public interface SessionLocks {
    /**
     * Takes an exclusive lock. It waits for up to 60 seconds.
     *
     * @param key the text of the key, as it stands; it becomes a number by the configured hash
     * @return the lock
     * @throws LockTimeoutException if it is not granted in time
     */
    LockHandle acquire(String key);

    /**
     * Takes all keys of a request or none. It waits for up to 60 seconds in all. It takes several keys in the order of
     * their numbers, or {@linkplain LockRequest#inOrder as given}; then two callers with different orders can wait for
     * each other until their waits end. With {@linkplain LockRequest#permits permits} it takes one of them.
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
     * A view of one exclusive lock as a {@code java.util.concurrent} lock. It is re-entrant. {@code lock} and
     * {@code tryLock()} cannot be interrupted, and {@code lock} waits for ever. {@code unlock} throws
     * {@link IllegalMonitorStateException} if this thread has no lock, and {@link LockLostException} if the lock was
     * lost. In a transaction the lock is held until that has ended, as with {@link LockHandle#close}. Conditions are
     * not supported.
     *
     * @param key the text of the key
     * @return the view; two views of one key are the same lock
     */
    Lock lock(String key);

    /**
     * The same locks on another DataSource, or on a group of independent databases that {@code advisorylock.group.NAME}
     * names. The lock of a group is held while a majority of its members holds it. See {@link AdvisoryLock#dataSource}.
     *
     * @param dataSource a configured name, the name of a bean or a group, or a JNDI name that begins with
     *     {@code java:}. No other JNDI name is looked up, because this name may come from a request
     * @return locks of that DataSource or group
     */
    SessionLocks on(String dataSource);
}
