package org.advisorylock;

import java.time.Duration;
import java.util.Collection;

/**
 * Locks that the active JTA transaction holds until it commits or rolls back. Nothing is there to be closed: PostgreSQL
 * releases the lock with the transaction, never earlier and never later.
 *
 * <p>A CDI bean, for use with or without {@link AdvisoryLock}. Safe for use by several threads; each works in its own
 * transaction. Every method blocks for one round trip to the database; an acquire blocks longer while others hold a key, in a second message: what is to be
 * had at once is had by {@code pg_try_advisory_xact_lock}, the wait is {@code pg_advisory_xact_lock}.
 *
 * <p>A text becomes a key by the hash that {@code advisorylock.hash} names, {@link KeyHash#MD5} if it names none. A
 * {@code wait} is a {@link Duration}: zero tries once, and is counted by PostgreSQL in milliseconds, so a shorter one lasts one
 * millisecond.
 *
 * <p>Where PostgreSQL's transaction cannot go on after an error, the JTA transaction is marked for rollback before the
 * exception is thrown. After a timeout it can go on.
 *
 * <p>Besides the errors given with the methods, each acquire throws
 *
 * <ul>
 *   <li>{@code jakarta.transaction.TransactionalException} with a {@code TransactionRequiredException} as its cause: no
 *       transaction is active
 *   <li>{@link LockKeyException}: a text is empty, or not of the hash's form
 *   <li>{@link LockGuardException}: the lock would guard nothing, as on a connection outside the transaction
 *   <li>{@link LockDeadlockException}: PostgreSQL chose this request as the victim of a deadlock
 *   <li>{@link AdvisoryLockException}: any other failure of the database
 * </ul>
 */
public interface TransactionLocks {
    /**
     * Takes an exclusive lock, waiting up to 60 seconds: {@code pg_try_advisory_xact_lock}, then
     * {@code pg_advisory_xact_lock}.
     *
     * @param key the text of the key
     * @throws LockTimeoutException if it is not granted in time
     */
    void acquire(String key);

    /**
     * Takes an exclusive lock, waiting up to 60 seconds: {@code pg_try_advisory_xact_lock}, then
     * {@code pg_advisory_xact_lock}.
     *
     * @param key the key
     * @throws LockTimeoutException if it is not granted in time
     */
    void acquire(AdvisoryLockKey key);

    /**
     * Takes a lock, waiting up to 60 seconds: {@code pg_try_advisory_xact_lock}, then {@code pg_advisory_xact_lock}; if shared, the
     * same with {@code _shared}.
     *
     * @param key the text of the key
     * @param mode exclusive or shared
     * @throws LockTimeoutException if it is not granted in time
     */
    void acquire(String key, LockMode mode);

    /**
     * Takes a lock, waiting up to 60 seconds: {@code pg_try_advisory_xact_lock}, then {@code pg_advisory_xact_lock}; if shared, the
     * same with {@code _shared}.
     *
     * @param key the key
     * @param mode exclusive or shared
     * @throws LockTimeoutException if it is not granted in time
     */
    void acquire(AdvisoryLockKey key, LockMode mode);

    /**
     * Takes several locks in one round trip, all or none, in the order of their numbers, waiting up to 60 seconds in all.
     *
     * @param keys at least one; duplicates count once
     * @param mode exclusive or shared
     * @throws LockTimeoutException if one is not granted in time; then none is held
     */
    void acquire(Collection<AdvisoryLockKey> keys, LockMode mode);

    /**
     * Takes an exclusive lock if it is granted in time.
     *
     * @param key the text of the key
     * @param wait how long to wait, not negative; zero tries once ({@code pg_try_advisory_xact_lock})
     * @return whether the lock is held now
     */
    boolean tryAcquire(String key, Duration wait);

    /**
     * Takes an exclusive lock if it is granted in time.
     *
     * @param key the key
     * @param wait how long to wait, not negative; zero tries once ({@code pg_try_advisory_xact_lock})
     * @return whether the lock is held now
     */
    boolean tryAcquire(AdvisoryLockKey key, Duration wait);

    /**
     * Takes a lock if it is granted in time.
     *
     * @param key the text of the key
     * @param mode exclusive or shared
     * @param wait how long to wait, not negative; zero tries once
     * @return whether the lock is held now
     */
    boolean tryAcquire(String key, LockMode mode, Duration wait);

    /**
     * Takes a lock if it is granted in time.
     *
     * @param key the key
     * @param mode exclusive or shared
     * @param wait how long to wait, not negative; zero tries once
     * @return whether the lock is held now
     */
    boolean tryAcquire(AdvisoryLockKey key, LockMode mode, Duration wait);

    /**
     * Takes several locks in one round trip if all are granted in time, all or none, in the order of their numbers.
     *
     * @param keys at least one; duplicates count once
     * @param mode exclusive or shared
     * @param wait how long to wait in all, not negative; zero tries once
     * @return whether all locks are held now; if false, this request left none
     */
    boolean tryAcquire(Collection<AdvisoryLockKey> keys, LockMode mode, Duration wait);

    /**
     * Takes one of several permits of a key, waiting up to 60 seconds; see {@link AdvisoryLock#permits}.
     *
     * @param key the text of the key
     * @param permits how many there are, 1 to 1,000; the same number for all who use the key
     * @throws LockTimeoutException if it is not granted in time
     */
    void acquirePermit(String key, int permits);

    /**
     * Takes one of several permits of a key if it is granted in time; see {@link AdvisoryLock#permits}.
     *
     * @param key the text of the key
     * @param permits how many there are, 1 to 1,000; the same number for all who use the key
     * @param wait how long to wait, not negative; zero tries once
     * @return whether a permit is held now
     */
    boolean tryAcquirePermit(String key, int permits, Duration wait);

    /**
     * Tells whether the active transaction holds a lock, in either mode. Inside a call of an {@link AdvisoryLock} method that took
     * the key nothing is sent. Elsewhere PostgreSQL is asked ({@code pg_locks}): what a program remembers is no proof, since a
     * rollback to a savepoint frees the locks that were taken after it.
     *
     * @param key the text of the key
     * @return whether it is held; false without an active transaction
     * @throws LockKeyException if the text is empty, or not of the hash's form
     * @throws AdvisoryLockException if the database cannot be asked
     */
    boolean isHeld(String key);

    /**
     * Tells whether the active transaction holds a lock, in either mode; see {@link #isHeld(String)}.
     *
     * @param key the key
     * @return whether it is held; false without an active transaction
     * @throws AdvisoryLockException if the database cannot be asked
     */
    boolean isHeld(AdvisoryLockKey key);

    /**
     * Makes sure that the active transaction holds a lock, in either mode. As the first line of a method it proves that the
     * method was reached through its bean: a call of {@code this.method()} passes no interceptor, and so no lock.
     *
     * @param key the text of the key
     * @throws LockGuardException if it is not held, or no transaction is active
     * @throws LockKeyException if the text is empty, or not of the hash's form
     * @throws AdvisoryLockException if the database cannot be asked
     */
    void assertHeld(String key);

    /**
     * Makes sure that the active transaction holds a lock, in either mode; see {@link #assertHeld(String)}.
     *
     * @param key the key
     * @throws LockGuardException if it is not held, or no transaction is active
     * @throws AdvisoryLockException if the database cannot be asked
     */
    void assertHeld(AdvisoryLockKey key);

    /**
     * The same locks on another DataSource. Guard data with a lock of the DataSource that the data is in: two DataSources in
     * one transaction commit one after the other, and the lock on one may end before the other's data is there to be read.
     *
     * @param dataSource configured name, name of a bean, or a JNDI name that begins with {@code java:}, see {@link AdvisoryLock#dataSource}; no other JNDI name is
     *     looked up, since this one may come from a request
     * @return locks of that DataSource
     */
    TransactionLocks on(String dataSource);
}
