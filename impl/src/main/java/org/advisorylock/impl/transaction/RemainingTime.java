package org.advisorylock.impl.transaction;

import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Optional;

/**
 * How much time the active transaction has left, where its manager tells. Jakarta Transactions has no way to ask; Narayana and
 * WildFly's transaction client have methods of their own, which are called by name so that neither is needed.
 */
public final class RemainingTime {

    private static final ClassValue<Optional<Method>> NARAYANA = method("getRemainingTimeoutMills");
    private static final ClassValue<Optional<Method>> WILDFLY = method("getEstimatedRemainingTime");

    private final Optional<TransactionManager> manager;

    /** @param manager empty where there is none to be had */
    public RemainingTime(Optional<TransactionManager> manager) {
        this.manager = manager;
    }

    /** The time left, or empty if it is not known or has no limit. */
    Optional<Duration> get() {
        try {
            Transaction transaction = manager.isEmpty() ? null : manager.get().getTransaction();
            if (transaction == null) {
                return Optional.empty();
            }
            return ask(NARAYANA, transaction).map(Duration::ofMillis).or(() -> ask(WILDFLY, transaction)
                    .map(Duration::ofSeconds));
        } catch (SystemException e) {
            return Optional.empty();
        }
    }

    private static Optional<Long> ask(ClassValue<Optional<Method>> methods, Transaction transaction) {
        return methods.get(transaction.getClass()).flatMap(method -> {
            try {
                long left = ((Number) method.invoke(transaction)).longValue();
                // Both say 0 where there is no limit.
                return left > 0 ? Optional.of(left) : Optional.empty();
            } catch (IllegalAccessException | InvocationTargetException e) {
                return Optional.empty();
            }
        });
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
