package org.advisorylock;

import java.time.Duration;

/**
 * A session lock, held from its acquire until {@link #close}. Use it in try-with-resources:
 *
 * <pre>{@code
 * try (LockHandle lock = sessionLocks.acquire("report")) {
 *     ...
 * }
 * }</pre>
 *
 * <p>The thread that acquired it is the owner. It may acquire the same key again, without a message to the database,
 * and the lock is released when all its handles are closed. Any thread may close a handle. Safe for use by several
 * threads.
 *
 * <p>If nobody can reach a handle any more and its thread is dead, the library closes it and logs a warning. While its
 * thread lives, the lock is held.
 */
public interface LockHandle extends AutoCloseable {
    /**
     * Tells whether the lock is still held, as far as this JVM knows. Sends nothing. The next message on a lost
     * connection shows the loss, within the heartbeat ({@code advisorylock.session.heartbeat}, 5 seconds by default).
     *
     * @return false after {@link #close}; false once this JVM knows that the lock is lost; and false when the database
     *     has been silent for three heartbeats, which is as long as the database waits for this JVM
     */
    boolean isHeld();

    /**
     * A number that is greater than that of every earlier holder of the key, over restarts of the database too. Send it
     * with each write to the guarded resource, and let the resource refuse a number that is smaller than the greatest
     * it has seen. Then a holder that does not know that it lost its lock can do no harm.
     *
     * <p>It is the 64-bit id of a transaction, which PostgreSQL gives while the lock is held
     * ({@code pg_current_xact_id}). PostgreSQL writes it ahead to disk ({@code pg_logical_emit_message},
     * {@code synchronous_commit = on}) before it is returned. The first call asks for it and blocks for one round trip.
     * All handles by which a thread holds a key give the same number, but a handle of several keys may raise it. If the
     * server waits for synchronous standbys, the library asks on a connection of its own, so that a standby that is
     * away endangers no lock.
     *
     * <p>The number does not survive a failover to a standby that had not received it: with asynchronous replication
     * the new primary may give numbers again.
     *
     * <p>On a group of databases it is a time instead, in microseconds, by the servers' clocks. It is returned when a
     * majority of them is past it. That may block for as long as the clocks are apart, at most 10 seconds. It assumes
     * that no member's clock is set back.
     *
     * @return the number, positive
     * @throws LockLostException if the lock is no longer held
     * @throws AdvisoryLockException if the database cannot be asked
     */
    long fencingToken();

    /**
     * Runs an action when the lock is lost. It runs before this JVM gives the key to another thread and, if the server
     * allows it, before the server gives it to another session. If the lock is lost already, it runs at once; after
     * {@link #close} it never runs.
     *
     * <p>Each holder's actions run in a task of their own, so nobody waits for another holder's action. An action that
     * takes longer than a heartbeat does not keep the key any longer. Its exceptions are logged.
     *
     * @param action what to do
     */
    void onLost(Runnable action);

    /**
     * Keeps the lock for at least this time, counted from now. A {@link #close} before its end returns at once, and the
     * lock is released later. From then on the lock has no owner: even its thread sees it as the lock of somebody else.
     * If a lock is held several times, this applies to its last handle.
     *
     * <p>Others may see the effects of the holder a little late, and those of the next holder sooner. So the time until
     * {@link #close} is added, up to a tenth of this time.
     *
     * @param time not negative; of several times the one that ends last counts
     */
    void holdAtLeast(Duration time);

    /**
     * Releases the lock, if this was the last handle of its owner: {@code pg_advisory_unlock}. Blocks for one round
     * trip. It has no effect if the handle was closed before, or if the lock was lost.
     *
     * <p>If the lock was acquired inside a JTA transaction that has not ended, or if there is one now, the lock is held
     * until that has ended: before the commit nobody sees what was written under the lock. This handle is closed at
     * once. The thread owns the lock until then, so a {@linkplain TransactionLocks transaction lock} of the key in the
     * same transaction is refused. If the lock is lost before the commit, the transaction is rolled back.
     */
    @Override
    void close();
}
