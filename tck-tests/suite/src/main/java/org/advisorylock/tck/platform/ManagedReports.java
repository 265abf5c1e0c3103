package org.advisorylock.tck.platform;

import jakarta.enterprise.concurrent.Asynchronous;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockScope;
import org.advisorylock.tck.Database;

/** Works in a thread of a managed executor, by Jakarta Concurrency. */
@ApplicationScoped
public class ManagedReports {

    @Inject
    Database database;

    /** Gives the keys that are held meanwhile. */
    @Asynchronous
    @Transactional(TxType.REQUIRES_NEW)
    @AdvisoryLock("report:{id}")
    public CompletionStage<List<AdvisoryLockKey>> report(int id) {
        return CompletableFuture.completedFuture(database.heldKeys());
    }

    /** The same without a transaction. */
    @Asynchronous
    @AdvisoryLock(value = "report:{id}", scope = LockScope.SESSION)
    public CompletionStage<List<AdvisoryLockKey>> reportInSession(int id) {
        return CompletableFuture.completedFuture(database.heldKeys());
    }

    /** Fails after its lock. */
    @Asynchronous
    @Transactional(TxType.REQUIRES_NEW)
    @AdvisoryLock("report:{id}")
    public CompletionStage<List<AdvisoryLockKey>> broken(int id) {
        throw new IllegalStateException("held " + database.heldKeys());
    }
}
