package org.advisorylock.impl.transaction;

import java.util.concurrent.Callable;
import org.advisorylock.impl.postgres.LockRequest;
import org.jspecify.annotations.Nullable;

/** Keys that a transaction has been granted. Nothing is there to be closed: the transaction does. */
public final class Hold {

    private final LockingTransaction transaction;
    private final String database;
    private final LockRequest request;

    Hold(LockingTransaction transaction, String database, LockRequest request) {
        this.transaction = transaction;
        this.database = database;
        this.request = request;
    }

    /** Runs work for whose length the keys are known to be held, so that calls inside it that want the same ones send nothing. */
    public <T extends @Nullable Object> T during(Callable<T> work) throws Exception {
        transaction.enter(database, request);
        try {
            return work.call();
        } finally {
            transaction.leave();
        }
    }
}
