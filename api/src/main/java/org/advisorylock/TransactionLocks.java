package org.advisorylock;

import java.time.Duration;

/**
 * Locks that the active JTA transaction holds until it commits or rolls back. There is nothing to close: PostgreSQL
 * releases the lock with the transaction, never earlier and never later.
 *
 * <p>A CDI bean, for use with or without {@link AdvisoryLock}. Safe for use by several threads; each works in its own
 * transaction. Every method blocks for one round trip to the database. An acquire first tries with
 * {@code pg_try_advisory_xact_lock}. If others hold a key, a second message waits with {@code pg_advisory_xact_lock}.
 *
 * <p>A text becomes a key by the hash that {@code advisorylock.hash} names, {@link KeyHash#MD5} by default. A
 * {@code wait} is a {@link Duration}. Zero tries once. PostgreSQL counts a wait in milliseconds, so a shorter one lasts
 * one millisecond.
 *
 * <p>If PostgreSQL's transaction cannot go on after an error, the library marks the JTA transaction for rollback before
 * it throws the exception. After a timeout it can go on.
 *
 * <p>Besides the errors at the methods, each acquire throws
 *
 * <ul>
 *   <li>{@code jakarta.transaction.TransactionalException} with a {@code TransactionRequiredException} as its cause: no
 *       transaction is active
 *   <li>{@link LockKeyException}: a text is empty, or does not fit the hash
 *   <li>{@link LockGuardException}: the lock would guard nothing, as on a connection outside the transaction
 *   <li>{@link LockDeadlockException}: PostgreSQL chose this request as the victim of a deadlock
 *   <li>{@link AdvisoryLockException}: another failure of the database
 * </ul>
 */
public interface TransactionLocks {
    /**
     * Takes an exclusive lock with {@code pg_try_advisory_xact_lock}, and then with {@code pg_advisory_xact_lock}. It
     * waits for up to 60 seconds.
     *
     * @param key the text of the key, as it stands
     * @throws LockTimeoutException if it is not granted in time
     */
    void acquire(String key);

    /**
     * Takes all keys of a request or none, with {@code pg_try_advisory_xact_lock}, and then with
     * {@code pg_advisory_xact_lock}; if shared, with the same functions that end in {@code _shared}. It waits for up to
     * 60 seconds in all. It takes several keys in one round trip, in the order of their numbers. With
     * {@linkplain LockRequest#permits permits} it takes one of them.
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
     * Tells whether the active transaction holds a lock, in either mode. Inside a call of an {@link AdvisoryLock}
     * method that took the key nothing is sent. Elsewhere it asks PostgreSQL ({@code pg_locks}), because a rollback to
     * a savepoint frees the locks that were taken after it, and no program can see that.
     *
     * @param key the text of the key, as it stands
     * @return whether it is held; false without an active transaction
     * @throws LockKeyException if the text is empty, or does not fit the hash
     * @throws AdvisoryLockException if the database cannot be asked
     */
    boolean isHeld(String key);

    /**
     * Tells whether the active transaction holds all keys of a request: in exclusive mode, or also in shared mode if
     * the request is {@linkplain LockRequest#shared shared}. With {@linkplain LockRequest#permits permits} it tells
     * whether the transaction holds one of them. See {@link #isHeld(String)}.
     *
     * @param request the keys
     * @return whether all are held; false without an active transaction
     * @throws LockKeyException if a text does not fit the hash
     * @throws AdvisoryLockException if the database cannot be asked
     */
    boolean isHeld(LockRequest request);

    /**
     * Makes sure that the active transaction holds a lock, in either mode. As the first line of a method it proves that
     * the caller called the method through its bean: a call of {@code this.method()} passes no interceptor, so it takes
     * no lock.
     *
     * @param key the text of the key, as it stands
     * @throws LockGuardException if it is not held, or no transaction is active
     * @throws LockKeyException if the text is empty, or does not fit the hash
     * @throws AdvisoryLockException if the database cannot be asked
     */
    void assertHeld(String key);

    /**
     * Makes sure that the active transaction holds all keys of a request; see {@link #isHeld(LockRequest)}.
     *
     * @param request the keys
     * @throws LockGuardException if one is not held, or no transaction is active
     * @throws LockKeyException if a text does not fit the hash
     * @throws AdvisoryLockException if the database cannot be asked
     */
    void assertHeld(LockRequest request);

    /**
     * The same locks on another DataSource. Guard data with a lock of the DataSource that the data is in. Two
     * DataSources in one transaction commit one after the other, so the lock on one may end before others can read the
     * data of the other.
     *
     * @param dataSource a configured name, the name of a bean, or a JNDI name that begins with {@code java:}; see
     *     {@link AdvisoryLock#dataSource}. No other JNDI name is looked up, because this name may come from a request
     * @return locks of that DataSource
     */
    TransactionLocks on(String dataSource);
}
