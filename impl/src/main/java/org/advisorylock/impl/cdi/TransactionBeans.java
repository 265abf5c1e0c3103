package org.advisorylock.impl.cdi;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;

/**
 * The beans of the transaction manager, if there are any. A bean of its own: without the API of Jakarta Transactions
 * Weld cannot load this class, and deploys an application that uses no lock without it.
 */
@Dependent
class TransactionBeans {

    @Inject
    @Any
    Instance<TransactionManager> managers;

    @Inject
    @Any
    Instance<TransactionSynchronizationRegistry> registries;
}
