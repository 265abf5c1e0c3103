package org.advisorylock.impl.session;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.impl.postgres.Claim;

/** One exclusive session lock as {@code java.util.concurrent} knows it. All views of a key are one lock. */
final class LockView implements Lock {

    /** Acquires and releases for the current thread. */
    interface Taking {
        void take(AdvisoryLockKey key, Claim request);

        /** Releases what the current thread took last. */
        void release(AdvisoryLockKey key);
    }

    private final AdvisoryLockKey key;
    private final Taking taking;

    LockView(AdvisoryLockKey key, Taking taking) {
        this.key = key;
        this.taking = taking;
    }

    @Override
    public void lock() {
        takeUninterruptibly(AdvisoryLock.UNLIMITED);
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        takeInterruptibly(AdvisoryLock.UNLIMITED);
    }

    @Override
    public boolean tryLock() {
        try {
            takeUninterruptibly(AdvisoryLock.IMMEDIATE);
            return true;
        } catch (LockTimeoutException held) {
            return false;
        }
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        long millis = time <= 0 ? AdvisoryLock.IMMEDIATE : Math.max(1, unit.toMillis(time));
        try {
            takeInterruptibly(Math.min(millis, Claim.LONGEST_WAIT_MILLIS));
            return true;
        } catch (LockTimeoutException notInTime) {
            return false;
        }
    }

    /** An interrupt ends a request. It is made again, and the thread is interrupted when it has the lock. */
    private void takeUninterruptibly(long waitMillis) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    take(waitMillis);
                    return;
                } catch (AdvisoryLockException e) {
                    if (!Thread.interrupted()) {
                        throw e;
                    }
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void takeInterruptibly(long waitMillis) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        try {
            take(waitMillis);
        } catch (AdvisoryLockException e) {
            if (Thread.interrupted()) {
                InterruptedException interrupted = new InterruptedException(e.getMessage());
                interrupted.initCause(e);
                throw interrupted;
            }
            throw e;
        }
    }

    private void take(long waitMillis) {
        taking.take(key, Claim.of(List.of(key), LockMode.EXCLUSIVE, waitMillis));
    }

    @Override
    public void unlock() {
        taking.release(key);
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("PostgreSQL's advisory locks have no conditions");
    }
}
