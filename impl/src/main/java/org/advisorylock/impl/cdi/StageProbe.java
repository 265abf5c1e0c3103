package org.advisorylock.impl.cdi;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds out how long the runtime keeps a transaction whose method returns a {@link CompletionStage}. */
@ApplicationScoped
public class StageProbe {

    /** Begins a transaction and returns at once. */
    @Transactional(TxType.REQUIRES_NEW)
    public CompletionStage<Boolean> begin(Runnable inside, CompletableFuture<Boolean> work) {
        inside.run();
        return work;
    }
}
