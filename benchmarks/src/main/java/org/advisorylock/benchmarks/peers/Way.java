package org.advisorylock.benchmarks.peers;

import java.util.List;
import org.advisorylock.testbed.ThrowingRunnable;

/**
 * One way to let no two transactions withdraw from one account at once.
 *
 * @param call a whole transaction under the locks of all accounts, which withdraws from the first one
 * @param attempt tries to take the lock of an account in a transaction, and tells whether it was free
 * @param mistake the same transaction used as people do, with a lock that ends before the commit
 */
record Way(Contender contender, Call call, Attempt attempt, Mistake mistake) {

    /** The whole transaction; the work runs in it, under the locks. */
    @FunctionalInterface
    interface Call {
        void run(List<Integer> accounts, ThrowingRunnable work) throws Exception;
    }

    @FunctionalInterface
    interface Attempt {
        boolean succeeds(int account) throws Exception;
    }

    @FunctionalInterface
    interface Mistake {
        void withdraw(int account) throws Exception;
    }

    /** Marks a way that has no such thing. */
    static final Attempt NO_ATTEMPT = account -> {
        throw new UnsupportedOperationException();
    };

    /** The same of mistakes. */
    static final Mistake NO_MISTAKE = account -> {
        throw new UnsupportedOperationException();
    };

    private static final ThrowingRunnable NOTHING = () -> {};

    void withdraw(int account) throws Exception {
        call.run(List.of(account), NOTHING);
    }

    boolean canBeTried() {
        return attempt != NO_ATTEMPT;
    }

    boolean canBeMistaken() {
        return mistake != NO_MISTAKE;
    }

    /** A lock of its own around the transaction. */
    static Way around(Contender contender, AccountLocks locks, Tellers tellers) {
        return new Way(
                contender,
                (accounts, work) -> {
                    ThrowingRunnable release = locks.acquire(accounts);
                    try {
                        tellers.withdraw(accounts.get(0), work);
                    } finally {
                        release.run();
                    }
                },
                account -> locks.tryAcquire(account).map(AccountLocks::release).isPresent(),
                account -> tellers.withdrawAndReleaseBeforeTheCommit(locks, account));
    }
}
