package org.advisorylock.impl.transaction;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionRequiredException;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.TransactionalException;
import java.time.Duration;
import java.util.function.Supplier;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.Wording;
import org.jspecify.annotations.Nullable;

/**
 * The transaction manager as the library uses it: status, rollback, and the end of the transaction. Safe for use by
 * several threads.
 */
public final class Jta {

    private static final long LONGEST_MARGIN_MILLIS = 1000;

    private final Supplier<TransactionSynchronizationRegistry> registry;
    private final RemainingTime remaining;

    public Jta(Supplier<TransactionSynchronizationRegistry> registry, RemainingTime remaining) {
        this.registry = registry;
        this.remaining = remaining;
    }

    /** Whether there is no transaction at all. */
    public boolean isAbsent() {
        return registry.get().getTransactionStatus() == Status.STATUS_NO_TRANSACTION;
    }

    /** Whether there is an active transaction. */
    public boolean isActive() {
        return registry.get().getTransactionStatus() == Status.STATUS_ACTIVE;
    }

    /**
     * Refuses a call without an active transaction.
     *
     * @throws TransactionalException if there is none, as {@code @Transactional(MANDATORY)} does
     * @throws LockGuardException if there is one that can only be rolled back
     */
    void requireActive(Claim request) {
        int status = registry.get().getTransactionStatus();
        if (status == Status.STATUS_NO_TRANSACTION) {
            String text = CallMessage.NO_TRANSACTION.text(request);
            throw new TransactionalException(text, new TransactionRequiredException(text));
        }
        if (status != Status.STATUS_ACTIVE) {
            throw new LockGuardException(CallMessage.NOT_ACTIVE.text(request, name(status)), request.keys(), null);
        }
    }

    /** The error of a request whose transaction has ended. */
    LockGuardException toEndedException(Claim request, Duration waited, @Nullable Throwable cause) {
        String status = name(registry.get().getTransactionStatus());
        String text = CallMessage.ENDED_WHILE_WAITING.text(request, status, Wording.describe(waited));
        return new LockGuardException(text, request.keys(), cause);
    }

    /**
     * The same request, whose wait ends before its transaction does, if the time that is left is known. A tenth of that
     * time, at most a second, is kept for the answer.
     */
    Claim withinTimeout(Claim request) {
        if (request.isImmediate()) {
            return request;
        }
        long left = remaining.millis();
        if (left == 0) {
            return request;
        }
        long most = Math.max(1, left - Math.min(left / 10, LONGEST_MARGIN_MILLIS));
        return request.isUnlimited() || most < request.waitMillis()
                ? request.waiting(Math.min(most, Claim.LONGEST_WAIT_MILLIS))
                : request;
    }

    /** Whether the transaction has not begun to end. */
    boolean isOpen() {
        int status = registry.get().getTransactionStatus();
        return status == Status.STATUS_ACTIVE || status == Status.STATUS_MARKED_ROLLBACK;
    }

    /**
     * Keeps the transaction from committing. After an error PostgreSQL's transaction is aborted, but JTA's commit would
     * return normally and the rows would be gone, because pgjdbc reports no error for such a COMMIT.
     */
    public void setRollbackOnly(Throwable reason) {
        try {
            registry.get().setRollbackOnly();
        } catch (RuntimeException alreadyEnded) {
            reason.addSuppressed(alreadyEnded);
        }
    }

    /** What an owner has {@linkplain #keep kept} in the active transaction; null if nothing. */
    <T> @Nullable T resource(Object owner, Class<T> type) {
        return type.cast(registry.get().getResource(owner));
    }

    /**
     * Keeps something in the active transaction. When that has ended, it is called, in whatever thread ends the
     * transaction.
     *
     * @param owner an object of this application, because two applications may share one library class
     */
    void keep(Object owner, AfterCompletion resource) {
        registry.get().putResource(owner, resource);
        registry.get().registerInterposedSynchronization(resource);
    }

    /**
     * Runs one action before the active transaction commits, and another one when it has ended, in whatever thread ends
     * it.
     */
    public void whenCompleting(Runnable beforeCommit, Runnable afterCompletion) {
        registry.get().registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                beforeCommit.run();
            }

            @Override
            public void afterCompletion(int status) {
                afterCompletion.run();
            }
        });
    }

    /** Is called when a transaction has ended. */
    interface AfterCompletion extends Synchronization {
        @Override
        default void beforeCompletion() {}
    }

    private static String name(int status) {
        return switch (status) {
            case Status.STATUS_MARKED_ROLLBACK -> "marked for rollback";
            case Status.STATUS_ROLLING_BACK -> "rolling back";
            case Status.STATUS_ROLLEDBACK -> "rolled back";
            case Status.STATUS_PREPARING, Status.STATUS_PREPARED, Status.STATUS_COMMITTING -> "committing";
            case Status.STATUS_COMMITTED -> "committed";
            case Status.STATUS_NO_TRANSACTION -> "gone";
            default -> "in status " + status;
        };
    }
}
