package org.advisorylock;

import java.time.Duration;

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
     * @param key the text of the key, as it stands
     * @throws LockTimeoutException if it is not granted in time
     */
    void acquire(String key);

    /**
     * Takes all keys of a request or none, waiting up to 60 seconds in all: {@code pg_try_advisory_xact_lock}, then
     * {@code pg_advisory_xact_lock}; if shared, the same with {@code _shared}. Several keys are taken in one round trip, in
     * the order of their numbers. With {@linkplain LockRequest#permits permits} it takes one of them.
     *
     * @param request the keys
     * @throws LockTimeoutException if one is not granted in time; then none is held
     */
    void acquire(LockRequest request);

    /**
     * Takes an exclusive lock if it is granted in time.
     *
     * @param key the text of the key, as it stands
     * @param wait how long to wait, not negative; zero tries once ({@code pg_try_advisory_xact_lock})
     * @return whether the lock is held now
     */
    boolean tryAcquire(String key, Duration wait);

    /**
     * Takes all keys of a request or none, if they are granted in time; see {@link #acquire(LockRequest)}.
     *
     * @param request the keys
     * @param wait how long to wait in all, not negative; zero tries once
     * @return whether all locks are held now; if false, this request left none
     */
    boolean tryAcquire(LockRequest request, Duration wait);

    /**
     * Tells whether the active transaction holds a lock, in either mode. Inside a call of an {@link AdvisoryLock} method that took
     * the key nothing is sent. Elsewhere PostgreSQL is asked ({@code pg_locks}): what a program remembers is no proof, since a
     * rollback to a savepoint frees the locks that were taken after it.
     *
     * @param key the text of the key, as it stands
     * @return whether it is held; false without an active transaction
     * @throws LockKeyException if the text is empty, or not of the hash's form
     * @throws AdvisoryLockException if the database cannot be asked
     */
    boolean isHeld(String key);

    /**
     * Tells whether the active transaction holds all keys of a request: exclusive, or also shared if the request is
     * {@linkplain LockRequest#shared shared}; with {@linkplain LockRequest#permits permits}, whether it holds one of them. See
     * {@link #isHeld(String)}.
     *
     * @param request the keys
     * @return whether all are held; false without an active transaction
     * @throws LockKeyException if a text is not of the hash's form
     * @throws AdvisoryLockException if the database cannot be asked
     */
    boolean isHeld(LockRequest request);

    /**
     * Makes sure that the active transaction holds a lock, in either mode. As the first line of a method it proves that the
     * method was reached through its bean: a call of {@code this.method()} passes no interceptor, and so no lock.
     *
     * @param key the text of the key, as it stands
     * @throws LockGuardException if it is not held, or no transaction is active
     * @throws LockKeyException if the text is empty, or not of the hash's form
     * @throws AdvisoryLockException if the database cannot be asked
     */
    void assertHeld(String key);

    /**
     * Makes sure that the active transaction holds all keys of a request; see {@link #isHeld(LockRequest)}.
     *
     * @param request the keys
     * @throws LockGuardException if one is not held, or no transaction is active
     * @throws LockKeyException if a text is not of the hash's form
     * @throws AdvisoryLockException if the database cannot be asked
     */
    void assertHeld(LockRequest request);

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
