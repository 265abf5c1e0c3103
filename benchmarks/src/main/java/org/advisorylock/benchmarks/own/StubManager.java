package org.advisorylock.benchmarks.own;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.transaction.TransactionSynchronizationRegistry;
import org.advisorylock.benchmarks.stub.StubTransaction;

/** Replaces Narayana's registry, because CDI prefers an alternative. */
@Dependent
@Alternative
@Priority(1)
public class StubManager {

    /** The transaction of the one benchmark thread. */
    static final StubTransaction TRANSACTION = new StubTransaction();

    /** The library looks it up once. */
    @Produces
    @Dependent
    TransactionSynchronizationRegistry registry() {
        return TRANSACTION;
    }
}
