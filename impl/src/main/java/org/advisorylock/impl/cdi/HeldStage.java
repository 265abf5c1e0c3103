package org.advisorylock.impl.cdi;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.session.SessionLocker;
import org.advisorylock.impl.session.hold.LosableHandle;

/**
 * Holds a session lock until the stage that its call returned is complete, and the transaction that the call joined has ended. When the
 * call's thread has left both, no thread owns the lock: the next call on a pooled thread has to wait for it.
 */
final class HeldStage {

    private final LockHandle handle;
    private boolean inTransaction;
    private boolean pending;

    /** @param inTransaction whether the call joined a transaction, whose end will be told */
    HeldStage(LockHandle handle, boolean inTransaction) {
        this.handle = handle;
        this.inTransaction = inTransaction;
    }

    /**
     * Has the lock held until a stage is complete.
     *
     * @return the stage to give to the caller: it completes when the lock has been given up, and exceptionally if that was lost
     */
    CompletionStage<Object> until(CompletionStage<?> stage) {
        synchronized (this) {
            pending = true;
            if (!inTransaction) {
                SessionLocker.detach(handle);
            }
        }
        CompletableFuture<Object> result = new CompletableFuture<>();
        handle.onLost(() -> {
            RuntimeException loss = LosableHandle.lossOf(handle);
            result.completeExceptionally(loss == null ? new IllegalStateException("not lost") : loss);
        });
        stage.whenComplete((value, failure) -> {
            RuntimeException loss = LosableHandle.lossOf(handle);
            stageEnded();
            if (loss != null || failure != null) {
                result.completeExceptionally(loss != null ? loss : failure);
            } else {
                result.complete(value);
            }
        });
        return result;
    }

    private void stageEnded() {
        boolean over;
        synchronized (this) {
            pending = false;
            over = !inTransaction;
        }
        if (over) {
            handle.close();
        }
    }

    /** When the transaction has ended that the call joined. */
    void transactionEnded() {
        boolean over;
        synchronized (this) {
            inTransaction = false;
            over = !pending;
            if (pending) {
                SessionLocker.detach(handle);
            }
        }
        if (over) {
            handle.close();
        }
    }

    /** Whether the lock is still held by the transaction that the call joined. */
    synchronized boolean isInTransaction() {
        return inTransaction;
    }
}
