package org.advisorylock.tck;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.concurrent.Callable;

/** Runs a test's work in a transaction, or makes sure that there is none. */
@ApplicationScoped
public class Work {

    /** In a transaction that rolls back after any exception. */
    @Transactional(rollbackOn = Exception.class)
    public <T> T inTransaction(Callable<T> work) throws Exception {
        return work.call();
    }

    /** In a transaction of its own, the caller's suspended. */
    @Transactional(value = TxType.REQUIRES_NEW, rollbackOn = Exception.class)
    public <T> T inNewTransaction(Callable<T> work) throws Exception {
        return work.call();
    }

    /** Throws if this thread has a transaction. */
    @Transactional(TxType.NEVER)
    public void requireNone() {
        // The annotation does it.
    }
}
