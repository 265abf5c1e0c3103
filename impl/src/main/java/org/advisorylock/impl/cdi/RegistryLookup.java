package org.advisorylock.impl.cdi;

import jakarta.enterprise.inject.Instance;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.List;
import java.util.function.Supplier;
import javax.naming.NamingException;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.CallMessage;
import org.jspecify.annotations.Nullable;

/**
 * Finds the registry of the transaction manager once: as a CDI bean (outside servers, and on some servers), else by the
 * name that Jakarta Transactions gives it.
 */
final class RegistryLookup implements Supplier<TransactionSynchronizationRegistry> {

    private static final String NAME = "java:comp/TransactionSynchronizationRegistry";

    private final Instance<TransactionSynchronizationRegistry> beans;
    private volatile @Nullable TransactionSynchronizationRegistry found;

    RegistryLookup(Instance<TransactionSynchronizationRegistry> beans) {
        this.beans = beans;
    }

    @Override
    public TransactionSynchronizationRegistry get() {
        TransactionSynchronizationRegistry registry = found;
        if (registry == null) {
            registry = find();
            found = registry;
        }
        return registry;
    }

    private TransactionSynchronizationRegistry find() {
        TransactionSynchronizationRegistry produced = beans.isResolvable() ? beans.get() : null;
        if (produced != null) {
            return produced;
        }
        try {
            if (Jndi.lookUp(NAME) instanceof TransactionSynchronizationRegistry registry) {
                return registry;
            }
            throw new LockGuardException(
                    CallMessage.NO_REGISTRY.text(NAME, "it is something else there"), List.of(), null);
        } catch (NamingException e) {
            throw new LockGuardException(CallMessage.NO_REGISTRY.text(NAME, e), List.of(), e);
        }
    }
}
