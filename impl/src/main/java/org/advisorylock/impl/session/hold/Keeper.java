package org.advisorylock.impl.session.hold;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.impl.postgres.Claim;
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

    /** The server's clock, in microseconds. */
    CompletableFuture<Long> clock();

    /** A sign of life. */
    CompletableFuture<Boolean> beat();

    /** How long its server has been running. */
    Duration serverUptime();
}
