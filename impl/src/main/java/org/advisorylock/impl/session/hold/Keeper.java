package org.advisorylock.impl.session.hold;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

    /** Lets holds go; {@link Holds#released} is told of each, or {@link Holds#lost} of all. */
    void release(List<Hold> holds);

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
