package org.advisorylock.impl.cdi;

import java.util.function.Supplier;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.TransactionsOfThread;
import org.advisorylock.impl.transaction.Jta;
import org.advisorylock.impl.transaction.TransactionLocker;
import org.jspecify.annotations.Nullable;

/** Answers what session locks ask about the transactions of the current thread. */
final class ThreadTransactions implements TransactionsOfThread {

    private final Jta jta;
    private final Supplier<TransactionLocker> locker;

    ThreadTransactions(Jta jta, Supplier<TransactionLocker> locker) {
        this.jta = jta;
        this.locker = locker;
    }

    @Override
    public @Nullable String placeOfConflict(String database, Claim request) {
        return locker.get().placeOfConflict(database, request);
    }

    @Override
    public boolean whenEnding(Supplier<@Nullable RuntimeException> loss, Runnable ended) {
        if (!isActive()) {
            return false;
        }
        jta.whenCompleting(
                () -> {
                    RuntimeException lost = loss.get();
                    if (lost != null) {
                        jta.setRollbackOnly(lost);
                    }
                },
                ended);
        return true;
    }

    private boolean isActive() {
        try {
            return jta.isActive();
        } catch (LockGuardException noManager) {
            return false;
        }
    }
}
