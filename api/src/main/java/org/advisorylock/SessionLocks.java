package org.advisorylock;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
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
 * has a connection of its own until it is served and has released. They come from the DataSource that {@code advisorylock.session.datasource} names, which may be one outside JTA and should lead past
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
 *   <li>{@link LockGuardException}: the lock would guard nothing, as behind a transaction pooler
 *   <li>{@link SelfDeadlockException}: a transaction of this thread holds the key, or this thread holds it shared and wants it exclusive
 *   <li>{@link AdvisoryLockException}: any other failure of the database; the thread was interrupted (its flag stays set)
 * </ul>
 */
public interface SessionLocks {
    /**
     * Takes an exclusive lock, waiting up to 60 seconds.
     *
     * @param key the text of the key, which becomes a number by the configured hash
     * @return the lock
     * @throws LockTimeoutException if it is not granted in time
     */
    LockHandle acquire(String key);

    /**
     * Takes an exclusive lock, waiting up to 60 seconds.
     *
     * @param key the key
     * @return the lock
     * @throws LockTimeoutException if it is not granted in time
     */
    LockHandle acquire(AdvisoryLockKey key);

    /**
     * Takes a lock, waiting up to 60 seconds.
     *
     * @param key the text of the key
     * @param mode exclusive or shared
     * @return the lock
     * @throws LockTimeoutException if it is not granted in time
     */
    LockHandle acquire(String key, LockMode mode);

    /**
     * Takes a lock, waiting up to 60 seconds.
     *
     * @param key the key
     * @param mode exclusive or shared
     * @return the lock
     * @throws LockTimeoutException if it is not granted in time
     */
    LockHandle acquire(AdvisoryLockKey key, LockMode mode);

    /**
     * Takes several locks, all or none, in the order of their numbers, waiting up to 60 seconds in all.
     *
     * @param keys at least one; duplicates count once
     * @param mode exclusive or shared
     * @return the locks, which are released together
     * @throws LockTimeoutException if one is not granted in time; then none is held
     */
    LockHandle acquire(Collection<AdvisoryLockKey> keys, LockMode mode);

    /**
     * Takes several locks, all or none, in the given order instead of that of their numbers. Two callers with different orders can wait for each other until their
     * waits end.
     *
     * @param keys at least one; duplicates count once
     * @param mode exclusive or shared
     * @param wait how long to wait in all, not negative; zero tries once
     * @return the locks, empty if one was not granted in time; then none is held
     */
    Optional<LockHandle> tryAcquireInOrder(List<AdvisoryLockKey> keys, LockMode mode, Duration wait);

    /**
     * Takes an exclusive lock if it is granted in time.
     *
     * @param key the text of the key
     * @param wait how long to wait, not negative; zero tries once ({@code pg_try_advisory_lock})
     * @return the lock, or empty
     */
    Optional<LockHandle> tryAcquire(String key, Duration wait);

    /**
     * Takes an exclusive lock if it is granted in time.
     *
     * @param key the key
     * @param wait how long to wait, not negative; zero tries once
     * @return the lock, or empty
     */
    Optional<LockHandle> tryAcquire(AdvisoryLockKey key, Duration wait);

    /**
     * Takes a lock if it is granted in time.
     *
     * @param key the text of the key
     * @param mode exclusive or shared
     * @param wait how long to wait, not negative; zero tries once
     * @return the lock, or empty
     */
    Optional<LockHandle> tryAcquire(String key, LockMode mode, Duration wait);

    /**
     * Takes a lock if it is granted in time.
     *
     * @param key the key
     * @param mode exclusive or shared
     * @param wait how long to wait, not negative; zero tries once
     * @return the lock, or empty
     */
    Optional<LockHandle> tryAcquire(AdvisoryLockKey key, LockMode mode, Duration wait);

    /**
     * Takes several locks if all are granted in time, all or none, in the order of their numbers.
     *
     * @param keys at least one; duplicates count once
     * @param mode exclusive or shared
     * @param wait how long to wait in all, not negative; zero tries once
     * @return the locks, or empty
     */
    Optional<LockHandle> tryAcquire(Collection<AdvisoryLockKey> keys, LockMode mode, Duration wait);

    /**
     * Takes one of several permits of a key, waiting up to 60 seconds; see {@link AdvisoryLock#permits}.
     *
     * @param key the text of the key
     * @param permits how many there are, 1 to 1,000; the same number for all who use the key
     * @return the permit
     * @throws LockTimeoutException if it is not granted in time
     */
    LockHandle acquirePermit(String key, int permits);

    /**
     * Takes one of several permits of a key if it is granted in time; see {@link AdvisoryLock#permits}.
     *
     * @param key the text of the key
     * @param permits how many there are, 1 to 1,000; the same number for all who use the key
     * @param wait how long to wait, not negative; zero tries once
     * @return the permit, or empty
     */
    Optional<LockHandle> tryAcquirePermit(String key, int permits, Duration wait);

    /**
     * A view of one exclusive lock as {@code java.util.concurrent} knows it. It is re-entrant; {@code lock} waits for ever and is not interrupted; {@code unlock}
     * without a lock of this thread throws {@link IllegalMonitorStateException}; conditions are not supported.
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
