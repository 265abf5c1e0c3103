package org.advisorylock.benchmarks.peers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.advisorylock.testbed.ThrowingRunnable;

/** Locks that are taken and released, whatever transactions there are. */
interface AccountLocks {

    /** Waits for all of them; what it returns releases them. */
    ThrowingRunnable acquire(List<Integer> accounts) throws Exception;

    /** Does not wait; empty if it is not free. */
    Optional<ThrowingRunnable> tryAcquire(int account) throws Exception;

    /** For a lock that had to be refused and was not: gives it back. */
    static boolean release(ThrowingRunnable release) {
        try {
            release.run();
            return true;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A lock that can only be had alone. */
    @FunctionalInterface
    interface One {
        ThrowingRunnable acquire(int account) throws Exception;
    }

    /** Takes one after the other, and releases them in the opposite order. */
    static ThrowingRunnable oneByOne(List<Integer> accounts, One locks) throws Exception {
        if (accounts.size() == 1) {
            return locks.acquire(accounts.get(0));
        }
        List<ThrowingRunnable> releases = new ArrayList<>();
        for (int account : accounts) {
            releases.add(locks.acquire(account));
        }
        Collections.reverse(releases);
        return () -> {
            for (ThrowingRunnable release : releases) {
                release.run();
            }
        };
    }
}
