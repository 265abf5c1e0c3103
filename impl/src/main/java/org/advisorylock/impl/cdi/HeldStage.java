package org.advisorylock.impl.cdi;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.session.SessionLocker;
import org.advisorylock.impl.session.hold.LosableHandle;

/**
 * Holds a session lock until two things have happened: the stage that the call returned is complete, and the
 * transaction that the call joined has ended. After the call's thread has left both, no thread owns the lock, so the
 * next call on a pooled thread has to wait for it.
 */
final class HeldStage {

    private final LockHandle handle;
    private boolean inTransaction;
    private boolean pending;

    /** @param inTransaction whether the call joined a transaction; its end will be told */
    HeldStage(LockHandle handle, boolean inTransaction) {
        this.handle = handle;
        this.inTransaction = inTransaction;
    }

    /**
     * Holds the lock until a stage is complete.
     *
     * @return the stage for the caller. It completes after the release of the lock, and exceptionally if the lock was
     *     lost
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

    /** Is called when the transaction that the call joined has ended. */
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

    /** Whether the transaction that the call joined still holds the lock. */
    synchronized boolean isInTransaction() {
        return inTransaction;
    }
}
