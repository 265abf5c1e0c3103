package org.advisorylock.impl.session;

import java.time.Duration;
import org.advisorylock.LockHandle;
import org.advisorylock.LockLostException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.jspecify.annotations.Nullable;

/**
 * A lock that code has taken and closes. What is closed inside a transaction is let go when that has ended: before the commit nobody sees what was written under
 * the lock, and the next one would overwrite it. Safe for use by several threads.
 */
final class CodeHandle implements LockHandle {

    private final LockHandle lock;
    private final Claim request;
    private final SessionLocker.TransactionsOfThread transactions;
    private final Lease lease;
    private boolean inTransaction;
    private volatile boolean closed;

    CodeHandle(
            LockHandle lock,
            Claim request,
            String place,
            SessionLocker.TransactionsOfThread transactions,
            Leases leases) {
        this.lock = lock;
        this.request = request;
        this.transactions = transactions;
        this.lease = leases.of(this, lock, request, place);
    }

    /** Notes the transaction inside which it was taken. */
    CodeHandle watched() {
        synchronized (this) {
            inTransaction = transactions.whenEnding(this::lossIfClosed, this::transactionEnded);
        }
        return this;
    }

    LockHandle lock() {
        return lock;
    }

    /** What was closed guards the transaction still, and nobody else can tell that it does not. */
    private @Nullable RuntimeException lossIfClosed() {
        return closed ? SessionLocker.lossOf(lock) : null;
    }

    private void transactionEnded() {
        synchronized (this) {
            inTransaction = false;
            if (!closed) {
                return;
            }
        }
        lock.close();
    }

    @Override
    public boolean isHeld() {
        return !closed && lock.isHeld();
    }

    @Override
    public long fencingToken() {
        if (closed) {
            throw new LockLostException(Message.LOST.text(request, "its handle is closed"), request.keys(), null);
        }
        return lock.fencingToken();
    }

    @Override
    public void onLost(Runnable action) {
        lock.onLost(() -> {
            if (!closed) {
                action.run();
            }
        });
    }

    @Override
    public void holdAtLeast(Duration time) {
        lock.holdAtLeast(time);
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            lease.end();
            // One that was there before the lock tells of its end; so does one that began under it.
            if (inTransaction || transactions.whenEnding(this::lossIfClosed, lock::close)) {
                return;
            }
        }
        lock.close();
    }

    @Override
    public String toString() {
        return lock.toString();
    }
}
