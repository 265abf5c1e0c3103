package org.advisorylock.impl.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockHandle;
import org.advisorylock.LockMode;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.spi.Printable;

/** One exclusive session lock as {@code java.util.concurrent} knows it. */
final class LockView implements Lock {

    private final AdvisoryLockKey key;
    private final JdbcSessionLocks locks;
    private final Map<Thread, Deque<LockHandle>> handles = new ConcurrentHashMap<>();

    LockView(AdvisoryLockKey key, JdbcSessionLocks locks) {
        this.key = key;
        this.locks = locks;
    }

    @Override
    public void lock() {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    take(AdvisoryLock.UNLIMITED);
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

    @Override
    public void lockInterruptibly() throws InterruptedException {
        takeInterruptibly(AdvisoryLock.UNLIMITED);
    }

    @Override
    public boolean tryLock() {
        try {
            take(AdvisoryLock.IMMEDIATE);
            return true;
        } catch (LockTimeoutException held) {
            return false;
        }
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        Duration wait = Duration.of(Math.max(0, time), unit.toChronoUnit());
        Duration longest = Duration.ofMillis(Claim.LONGEST_WAIT_MILLIS);
        try {
            takeInterruptibly(Claim.millis(wait.compareTo(longest) > 0 ? longest : wait));
            return true;
        } catch (LockTimeoutException notInTime) {
            return false;
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
        LockHandle handle = locks.taken(Claim.of(List.of(key), LockMode.EXCLUSIVE, waitMillis));
        handles.computeIfAbsent(Thread.currentThread(), any -> new ArrayDeque<>())
                .push(handle);
    }

    @Override
    public void unlock() {
        Deque<LockHandle> mine = handles.get(Thread.currentThread());
        if (mine == null) {
            throw new IllegalMonitorStateException("this thread has not taken the lock '"
                    + Printable.of(key.text().orElse(key.toString()))
                    + "' by this view, or has let it go as often as it took it");
        }
        mine.pop().close();
        if (mine.isEmpty()) {
            handles.remove(Thread.currentThread());
        }
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("PostgreSQL's advisory locks have no conditions");
    }
}
