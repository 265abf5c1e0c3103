package org.advisorylock;

import java.time.Duration;

/**
 * A session lock, held from its acquire until {@link #close}, for use in try-with-resources:
 *
 * <pre>{@code
 * try (LockHandle lock = sessionLocks.acquire("report")) {
 *     ...
 * }
 * }</pre>
 *
 * <p>The thread that acquired it is the owner: it may acquire the same key again, without a message to the database, and the lock is
 * released when each of its handles is closed. Any thread may close a handle. Safe for use by several threads.
 *
 * <p>A handle that nobody can reach any more, and whose thread is dead, is closed with a warning. While its thread lives the lock is held.
 */
public interface LockHandle extends AutoCloseable {
    /**
     * Tells whether the lock is held still, as far as this JVM knows. Sends nothing: a lost connection is noticed by the next message on it, within the
     * heartbeat ({@code advisorylock.session.heartbeat}, 5 seconds if it is not set).
     *
     * @return false after {@link #close}, once the lock is known to be lost, and when the database has been silent for longer than it waits for this JVM:
     *     three heartbeats
     */
    boolean isHeld();

    /**
     * A number that is greater than that of every earlier holder of the key, over restarts of the database too. Send it with each write to the guarded
     * resource, and let that refuse a number smaller than the greatest it has seen: so a holder that has lost its lock without knowing can
     * do no harm.
     *
     * <p>It is the 64-bit id of a transaction that PostgreSQL gives while the lock is held ({@code pg_current_xact_id}), written ahead to
     * disk ({@code pg_logical_emit_message}, {@code synchronous_commit = on}) before it is returned. It is asked for at the first call, which blocks for one
     * round trip; all handles by which a thread holds a key give the same, but for one of several keys, which may raise it. Where the server waits for synchronous standbys it is
     * asked for on a connection of its own, so that one that is away endangers no lock. It does not survive a failover to a standby that had not received it: with asynchronous replication
     * the new primary may give numbers again.
     *
     * <p>On a group of databases it is a time instead, of the servers' clocks in microseconds, which a majority of them is past when it is returned; that may block for as long as
     * the clocks are apart, 10 seconds at most. It assumes that no member's clock is set back.
     *
     * @return the number, positive
     * @throws LockLostException if the lock is not held any more
     * @throws AdvisoryLockException if the database cannot be asked
     */
    long fencingToken();

    /**
     * Has an action run when the lock is lost, before this JVM gives the key to another thread, and where the server allows before it gives it to
     * another session. At once if it is lost already; never after {@link #close}. Each holder is told in a task of its own, so that nobody waits for another one's action; one
     * that takes longer than a heartbeat does not keep the key any more. What it throws is logged.
     *
     * @param action what to do
     */
    void onLost(Runnable action);

    /**
     * Keeps the lock at least so long, counted from now: {@link #close} before that returns at once, and the lock is released later. From then
     * on it has no owner; to its thread it is a lock of somebody else. Applies to the last handle of a lock that is held several times.
     *
     * <p>What the holder does may be seen elsewhere a little late, and what the next one does sooner. So the time until {@link #close} does not
     * count, up to a tenth of the whole.
     *
     * @param time not negative; what ends last counts
     */
    void holdAtLeast(Duration time);

    /**
     * Releases the lock, if this was the last handle of its owner: {@code pg_advisory_unlock}. Blocks for one round trip. Harmless if the handle
     * was closed before, or the lock lost.
     *
     * <p>If the lock was acquired inside a JTA transaction that has not ended, or if there is one now, the lock is held until that has ended: before the commit nobody sees what
     * was written under the lock. This handle is closed at once. The thread owns the lock until then, so a {@linkplain TransactionLocks transaction lock} of the key in the same
     * transaction is refused. If the lock is lost before the commit, the transaction is rolled back.
     */
    @Override
    void close();
}
