package org.advisorylock.impl.transaction;

import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;

/**
 * The time that the active transaction has left, if its manager tells. Jakarta Transactions has no way to ask. Narayana
 * and WildFly's transaction client have methods for it. They are called by name, so the library needs neither.
 */
public final class RemainingTime {

    private static final ClassValue<Optional<Method>> NARAYANA = method("getRemainingTimeoutMills");
    private static final ClassValue<Optional<Method>> WILDFLY = method("getEstimatedRemainingTime");

    private final Optional<TransactionManager> manager;

    /** @param manager empty if there is none */
    public RemainingTime(Optional<TransactionManager> manager) {
        this.manager = manager;
    }

    /** The milliseconds that are left; 0 if that is unknown or unlimited. */
    long millis() {
        try {
            Transaction transaction = manager.isEmpty() ? null : manager.get().getTransaction();
            if (transaction == null) {
                return 0;
            }
            long millis = ask(NARAYANA, transaction);
            return millis > 0 ? millis : 1000 * ask(WILDFLY, transaction);
        } catch (SystemException e) {
            return 0;
        }
    }

    /** Both return 0 if there is no limit. */
    private static long ask(ClassValue<Optional<Method>> methods, Transaction transaction) {
        Method method = methods.get(transaction.getClass()).orElse(null);
        try {
            return method == null ? 0 : Math.max(0, ((Number) method.invoke(transaction)).longValue());
        } catch (IllegalAccessException | InvocationTargetException e) {
            return 0;
        }
    }

    private static ClassValue<Optional<Method>> method(String name) {
        return new ClassValue<>() {
            @Override
            protected Optional<Method> computeValue(Class<?> type) {
                try {
                    return Optional.of(type.getMethod(name));
                } catch (NoSuchMethodException e) {
                    return Optional.empty();
                }
            }
        };
    }
}
