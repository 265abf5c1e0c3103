package org.advisorylock.impl.session.hold;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.Incarnation;
import org.advisorylock.impl.postgres.SessionConnection;
import org.jspecify.annotations.Nullable;

/** A database session that keeps locks. Only {@link #releaseHere} blocks. */
public interface Keeper {

    /** The process id of its backend. */
    int backend();

    /** Why its locks are lost. Null while they are not. */
    @Nullable
    String loss();

    /** Whether the last sign of life is younger than the server's patience. That needs no thread of the session. */
    boolean isAlive();

    /**
     * Releases locks. If the session ends first, all its locks are lost.
     *
     * @param released called in the session's thread when they are free; returns the answers to those who wait for that
     */
    void release(List<AdvisoryLockKey> keys, LockMode mode, Supplier<List<Runnable>> released);

    /** The same, but the calling thread may block and release them itself. */
    default void releaseHere(List<AdvisoryLockKey> keys, LockMode mode, Supplier<List<Runnable>> released) {
        release(keys, mode, released);
    }

    /**
     * A number greater than the token of each earlier holder of its locks.
     *
     * @param request for messages
     */
    CompletableFuture<Long> token(Claim request);

    /** Runs something on the connection. It must not take or release locks of the registry. */
    <T> CompletableFuture<T> ask(Operation<T> operation);

    /** The incarnation of its server. */
    Incarnation incarnation();

    /** Work on its connection. */
    @FunctionalInterface
    interface Operation<T> {
        T on(SessionConnection connection) throws SQLException;
    }
}
