package org.advisorylock.impl.session;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.advisorylock.LockLostException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.hold.LosableHandle;
import org.jspecify.annotations.Nullable;

/**
 * A lock that application code took and will close. If it is closed inside a transaction, it stays held until the
 * transaction has ended. Before the commit nobody sees what was written under the lock, so the next holder would
 * overwrite it. Safe for use by several threads.
 */
final class CodeHandle implements LosableHandle {

    private final LosableHandle lock;
    private final Claim request;
    private final TransactionsOfThread transactions;
    private final Leases.Lease lease;

    /**
     * A flag of its own: an action that learns of a loss may refer to the flag, but not to the handle, which must
     * become unreachable.
     */
    private final AtomicBoolean closed = new AtomicBoolean();

    /** If the lock was taken inside a transaction: how far that transaction is. */
    private final AtomicReference<Position> step = new AtomicReference<>(Position.OUTSIDE);

    private enum Position {
        OUTSIDE,
        INSIDE,
        CLOSED_INSIDE,
        ENDED
    }

    CodeHandle(LosableHandle lock, Claim request, String place, TransactionsOfThread transactions, Leases leases) {
        this.lock = lock;
        this.request = request;
        this.transactions = transactions;
        this.lease = leases.watch(this, lock, request, place);
    }

    /** Notes the transaction in which the lock was taken. */
    CodeHandle watched() {
        if (transactions.whenEnding(this::lossIfClosed, this::transactionEnded)) {
            step.compareAndSet(Position.OUTSIDE, Position.INSIDE);
        }
        return this;
    }

    @Override
    public boolean isLost() {
        return lock.isLost();
    }

    @Override
    public LockLostException lost() {
        return lock.lost();
    }

    /** A closed lock still guards the transaction. If it is lost, nobody but this handle can tell. */
    private @Nullable RuntimeException lossIfClosed() {
        return closed.get() && lock.isLost() ? lock.lost() : null;
    }

    private void transactionEnded() {
        if (step.getAndSet(Position.ENDED) == Position.CLOSED_INSIDE) {
            lock.close();
        }
    }

    @Override
    public boolean isHeld() {
        return !closed.get() && lock.isHeld();
    }

    @Override
    public long fencingToken() {
        if (closed.get()) {
            throw new LockLostException(CallMessage.LOST.text(request, "its handle is closed"), request.keys(), null);
        }
        return lock.fencingToken();
    }

    @Override
    public void onLost(Runnable action) {
        AtomicBoolean over = closed;
        lock.onLost(() -> {
            if (!over.get()) {
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
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        lease.end();
        boolean later = false;
        try {
            // A transaction that began before the lock tells of its end. So does one that began after it.
            later = step.compareAndSet(Position.INSIDE, Position.CLOSED_INSIDE)
                    || transactions.whenEnding(this::lossIfClosed, lock::close);
        } finally {
            if (!later) {
                lock.close();
            }
        }
    }

    @Override
    public String toString() {
        return lock.toString();
    }
}
