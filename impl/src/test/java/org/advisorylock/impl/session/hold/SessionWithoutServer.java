package org.advisorylock.impl.session.hold;

import java.util.concurrent.CompletableFuture;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.Incarnation;
import org.jspecify.annotations.Nullable;

/** A session that lives until a test gives it a loss. Subclasses say what it releases. */
abstract class SessionWithoutServer implements Keeper {

    volatile @Nullable String loss;

    @Override
    public int backend() {
        return 1;
    }

    @Override
    public @Nullable String loss() {
        return loss;
    }

    @Override
    public boolean isAlive() {
        return loss == null;
    }

    @Override
    public CompletableFuture<Long> token(Claim request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> CompletableFuture<T> ask(Operation<T> operation) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Incarnation incarnation() {
        throw new UnsupportedOperationException();
    }
}
