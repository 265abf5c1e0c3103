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

/** A database session that keeps holds. Nothing of it blocks. */
public interface Keeper {

    /** The process id of its backend. */
    int backend();

    /** Why its locks are lost; null while they are not. */
    @Nullable
    String loss();

    /** Whether the last sign of life is no older than the server's patience, whatever its thread does. */
    boolean isAlive();

    /**
     * Lets locks go, unless it ends: then all that it has is lost.
     *
     * @param released is told, in the session's thread, when they are free, and gives what answers those who wait for that
     */
    void release(List<AdvisoryLockKey> keys, LockMode mode, Supplier<List<Runnable>> released);

    /**
     * A number greater than that of each earlier holder of a lock which it keeps.
     *
     * @param request for messages
     */
    CompletableFuture<Long> token(Claim request);

    /** Has something done on its connection that takes no lock which it would have to know of. */
    <T> CompletableFuture<T> ask(Operation<T> operation);

    /** In which life of its server's memory it is. */
    Incarnation incarnation();

    /** Work on its connection. */
    @FunctionalInterface
    interface Operation<T> {
        T on(SessionConnection connection) throws SQLException;
    }
}
