package org.advisorylock.benchmarks.stub;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import org.jspecify.annotations.Nullable;

/** The registry of one transaction at a time, of one thread, which allocates nothing. */
public final class StubTransaction implements TransactionSynchronizationRegistry {

    private static final int MOST = 8;

    private final @Nullable Object[] keys = new Object[MOST];
    private final @Nullable Object[] values = new Object[MOST];
    private final Synchronization[] synchronizations = new Synchronization[MOST];
    private int resources;
    private int registered;
    private int status = Status.STATUS_NO_TRANSACTION;

    /** Begins a transaction. */
    public void begin() {
        status = Status.STATUS_ACTIVE;
    }

    /** Commits it. */
    public void commit() {
        for (int i = 0; i < registered; i++) {
            synchronizations[i].beforeCompletion();
        }
        status = Status.STATUS_COMMITTED;
        for (int i = 0; i < registered; i++) {
            synchronizations[i].afterCompletion(Status.STATUS_COMMITTED);
        }
        registered = 0;
        resources = 0;
        status = Status.STATUS_NO_TRANSACTION;
    }

    @Override
    public Object getTransactionKey() {
        return this;
    }

    @Override
    public void putResource(Object key, @Nullable Object value) {
        keys[resources] = key;
        values[resources++] = value;
    }

    @Override
    public @Nullable Object getResource(Object key) {
        for (int i = 0; i < resources; i++) {
            if (key.equals(keys[i])) {
                return values[i];
            }
        }
        return null;
    }

    @Override
    public void registerInterposedSynchronization(Synchronization synchronization) {
        synchronizations[registered++] = synchronization;
    }

    @Override
    public int getTransactionStatus() {
        return status;
    }

    @Override
    public void setRollbackOnly() {
        status = Status.STATUS_MARKED_ROLLBACK;
    }

    @Override
    public boolean getRollbackOnly() {
        return status == Status.STATUS_MARKED_ROLLBACK;
    }
}
