package org.advisorylock.impl.cdi;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.concurrent.CompletableFuture;

/** Finds out how long the runtime keeps a transaction whose method returns a {@link Uni}. */
@ApplicationScoped
public class UniProbe {

    /** Begins a transaction and returns at once. */
    @Transactional(TxType.REQUIRES_NEW)
    public Uni<Boolean> begin(Runnable inside, CompletableFuture<Boolean> work) {
        inside.run();
        return Uni.createFrom().completionStage(work);
    }
}
