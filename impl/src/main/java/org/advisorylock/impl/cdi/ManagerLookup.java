package org.advisorylock.impl.cdi;

import jakarta.enterprise.inject.Instance;
import jakarta.transaction.TransactionManager;
import java.util.List;
import java.util.Optional;
import javax.naming.NamingException;

/** Finds the transaction manager, if there is one. No standard gives applications a name for it. */
final class ManagerLookup {

    private static final List<String> NAMES =
            List.of("java:comp/TransactionManager", "java:/TransactionManager", "java:appserver/TransactionManager");

    private ManagerLookup() {}

    static Optional<TransactionManager> find(Instance<TransactionManager> beans) {
        return beans.isResolvable()
                ? Optional.ofNullable(beans.get())
                : NAMES.stream()
                        .map(ManagerLookup::lookUp)
                        .flatMap(Optional::stream)
                        .findFirst();
    }

    private static Optional<TransactionManager> lookUp(String name) {
        try {
            return Jndi.lookUp(name) instanceof TransactionManager manager ? Optional.of(manager) : Optional.empty();
        } catch (NamingException e) {
            return Optional.empty();
        }
    }
}
