package org.advisorylock.impl.session;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.advisorylock.LockLostException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.hold.LosableHandle;
import org.jspecify.annotations.Nullable;

/**
 * A lock that code has taken and closes. What is closed inside a transaction is let go when that has ended: before the commit nobody sees what was written under
 * the lock, and the next one would overwrite it. Safe for use by several threads.
 */
final class CodeHandle implements LosableHandle {

    private final LosableHandle lock;
    private final Claim request;
    private final TransactionsOfThread transactions;
    private final Leases.Lease lease;

    /** Not this handle, which would be reachable by the actions that hear of a loss. */
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Where it was taken inside a transaction: whether that has ended. */
    private final AtomicReference<Step> step = new AtomicReference<>(Step.OUTSIDE);

    private enum Step {
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

    /** Notes the transaction inside which it was taken. */
    CodeHandle watched() {
        if (transactions.whenEnding(this::lossIfClosed, this::transactionEnded)) {
            step.compareAndSet(Step.OUTSIDE, Step.INSIDE);
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

    /** What was closed guards the transaction still, and nobody else can tell that it does not. */
    private @Nullable RuntimeException lossIfClosed() {
        return closed.get() && lock.isLost() ? lock.lost() : null;
    }

    private void transactionEnded() {
        if (step.getAndSet(Step.ENDED) == Step.CLOSED_INSIDE) {
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
            throw new LockLostException(Message.LOST.text(request, "its handle is closed"), request.keys(), null);
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
            // One that was there before the lock tells of its end; so does one that began under it.
            later = step.compareAndSet(Step.INSIDE, Step.CLOSED_INSIDE)
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
