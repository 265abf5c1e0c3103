package org.advisorylock.benchmarks.peers;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.advisorylock.LockHandle;
import org.advisorylock.LockRequest;
import org.advisorylock.SessionLocks;
import org.advisorylock.testbed.ThrowingRunnable;

/** The library's session locks. */
record OwnLocks(SessionLocks locks) implements AccountLocks {

    @Override
    public ThrowingRunnable acquire(List<Integer> accounts) {
        LockHandle handle = accounts.size() == 1
                ? locks.acquire("account:" + accounts.get(0))
                : locks.acquire(LockRequest.of("account:{0}", accounts));
        return handle::close;
    }

    @Override
    public Optional<ThrowingRunnable> tryAcquire(int account) {
        return locks.tryAcquire("account:" + account, Duration.ZERO).map(handle -> handle::close);
    }
}
