package org.advisorylock.impl.transaction;

import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The time that the active transaction has left, if its manager tells. Jakarta Transactions has no way to ask.
 * Narayana, WildFly's transaction client and Open Liberty have methods for it. They are called by name, so the library
 * needs none of them.
 */
public final class RemainingTime {

    private static final ClassValue<Optional<Method>> NARAYANA = method("getRemainingTimeoutMills");
    private static final ClassValue<Optional<Method>> WILDFLY = method("getEstimatedRemainingTime");

    /** {@code com.ibm.wsspi.uow.UOWManager}: a time in milliseconds since 1970, and 0 if there is no limit. */
    private static final ClassValue<Optional<Method>> LIBERTY = method("getUOWExpiration");

    private final Optional<TransactionManager> manager;
    private final Optional<Object> unitsOfWork;
    private final LongSupplier wallClock;

    /**
     * @param manager empty if there is none
     * @param unitsOfWork Open Liberty's manager of units of work; empty elsewhere
     * @param wallClock the milliseconds since 1970
     */
    public RemainingTime(Optional<TransactionManager> manager, Optional<Object> unitsOfWork, LongSupplier wallClock) {
        this.manager = manager;
        this.unitsOfWork = unitsOfWork;
        this.wallClock = wallClock;
    }

    /** The milliseconds that are left; 0 if that is unknown or unlimited. */
    long millis() {
        return unitsOfWork.isPresent() ? untilExpiration(unitsOfWork.get()) : ofTransaction();
    }

    /** A transaction that is over has a millisecond left, because 0 would mean no limit. */
    private long untilExpiration(Object units) {
        long expiration = ask(LIBERTY, units);
        return expiration == 0 ? 0 : Math.max(1, expiration - wallClock.getAsLong());
    }

    private long ofTransaction() {
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

    /** All return 0 if there is no limit. */
    private static long ask(ClassValue<Optional<Method>> methods, Object asked) {
        Method method = methods.get(asked.getClass()).orElse(null);
        try {
            return method == null ? 0 : Math.max(0, ((Number) method.invoke(asked)).longValue());
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
