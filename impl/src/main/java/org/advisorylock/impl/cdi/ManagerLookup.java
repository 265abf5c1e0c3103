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

    /** Open Liberty's {@code com.ibm.wsspi.uow.UOWManager}. */
    private static final String UNITS_OF_WORK = "java:comp/websphere/UOWManager";

    private ManagerLookup() {}

    static Optional<TransactionManager> find(Instance<TransactionManager> beans) {
        return beans.isResolvable()
                ? Optional.ofNullable(beans.get())
                : NAMES.stream()
                        .map(ManagerLookup::lookUp)
                        .flatMap(Optional::stream)
                        .filter(TransactionManager.class::isInstance)
                        .map(TransactionManager.class::cast)
                        .findFirst();
    }

    /** What manages the units of work, a transaction among them, on a server that has such a manager. */
    static Optional<Object> findUnitsOfWork() {
        return lookUp(UNITS_OF_WORK);
    }

    private static Optional<Object> lookUp(String name) {
        try {
            return Optional.ofNullable(Jndi.lookUp(name));
        } catch (NamingException e) {
            return Optional.empty();
        }
    }
}
