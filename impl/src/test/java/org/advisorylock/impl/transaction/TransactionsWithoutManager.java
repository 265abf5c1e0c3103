package org.advisorylock.impl.transaction;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The transactions of one thread, without a transaction manager. A test begins, suspends and ends them. */
final class TransactionsWithoutManager implements TransactionSynchronizationRegistry {

    /** One of them. */
    static final class OneTransaction {
        private final Map<Object, Object> resources = new HashMap<>();
        private final List<Synchronization> synchronizations = new ArrayList<>();
        private int status = Status.STATUS_ACTIVE;

        /** Ends it in the calling thread. */
        void end(int as) {
            status = as;
            synchronizations.forEach(each -> each.afterCompletion(as));
        }
    }

    private final Deque<OneTransaction> stack = new ArrayDeque<>();

    /** The library's view of them. They do not tell how much time is left. */
    Jta jta() {
        return new Jta(() -> this, new RemainingTime(Optional.empty(), Optional.empty(), () -> 0));
    }

    /** Begins one. An active one is suspended until this one ends or leaves the thread. */
    OneTransaction begin() {
        OneTransaction begun = new OneTransaction();
        stack.push(begun);
        return begun;
    }

    /** Takes the active one from this thread. It goes on without it. */
    OneTransaction giveAway() {
        return stack.pop();
    }

    /** Ends the active one. */
    void commit() {
        stack.pop().end(Status.STATUS_COMMITTED);
    }

    /** Sets the status of the active one. */
    void become(int status) {
        active().status = status;
    }

    private OneTransaction active() {
        OneTransaction active = stack.peek();
        if (active == null) {
            throw new IllegalStateException("no transaction");
        }
        return active;
    }

    @Override
    public Object getTransactionKey() {
        return active();
    }

    @Override
    public void putResource(Object key, Object value) {
        active().resources.put(key, value);
    }

    @Override
    public @Nullable Object getResource(Object key) {
        return active().resources.get(key);
    }

    @Override
    public void registerInterposedSynchronization(Synchronization synchronization) {
        active().synchronizations.add(synchronization);
    }

    @Override
    public int getTransactionStatus() {
        OneTransaction active = stack.peek();
        return active == null ? Status.STATUS_NO_TRANSACTION : active.status;
    }

    @Override
    public void setRollbackOnly() {
        active().status = Status.STATUS_MARKED_ROLLBACK;
    }

    @Override
    public boolean getRollbackOnly() {
        return active().status == Status.STATUS_MARKED_ROLLBACK;
    }
}
