package org.advisorylock.impl.transaction;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.advisorylock.LockMode;

/**
 * A queue for each key in front of the database, so that of all transactions of this JVM that want one key only one waits with a
 * connection in its hands. First come, first served; shared requests pass together. A gate is passed by a transaction, which opens it
 * again when it ends. Waiting is parking: no monitor is held, no connection either.
 */
final class Gates {

    /** Why a wait at a gate ended. */
    enum Passage {
        PASSED,
        TIMED_OUT,
        INTERRUPTED,
        TRANSACTION_ENDED
    }

    private static final class Entry {
        final LockingTransaction transaction;
        final LockMode mode;
        final Thread thread = Thread.currentThread();
        volatile boolean admitted;

        Entry(LockingTransaction transaction, LockMode mode) {
            this.transaction = transaction;
            this.mode = mode;
        }
    }

    /** Touched only inside {@code compute} of its key. */
    private static final class Gate {
        final List<Entry> inside = new ArrayList<>(1);
        final Deque<Entry> queue = new ArrayDeque<>(0);

        boolean admits(LockMode mode) {
            for (Entry entry : inside) {
                if (mode == LockMode.EXCLUSIVE || entry.mode == LockMode.EXCLUSIVE) {
                    return false;
                }
            }
            return true;
        }

        void admitFromQueue() {
            while (!queue.isEmpty() && admits(queue.peek().mode)) {
                Entry next = queue.remove();
                inside.add(next);
                next.admitted = true;
                LockSupport.unpark(next.thread);
            }
        }

        boolean isUnused() {
            return inside.isEmpty() && queue.isEmpty();
        }
    }

    private final ConcurrentHashMap<LockedKey, Gate> gates = new ConcurrentHashMap<>();

    /**
     * Passes a gate, waiting in its queue.
     *
     * @param deadline by {@link System#nanoTime}
     * @param limited false to wait for ever
     */
    Passage pass(LockedKey key, LockingTransaction transaction, LockMode mode, long deadline, boolean limited) {
        Entry entry = new Entry(transaction, mode);
        gates.compute(key, (same, known) -> {
            Gate gate = known == null ? new Gate() : known;
            if (gate.queue.isEmpty() && gate.admits(mode)) {
                gate.inside.add(entry);
                entry.admitted = true;
            } else {
                gate.queue.add(entry);
            }
            return gate;
        });
        return entry.admitted ? Passage.PASSED : await(key, entry, deadline, limited);
    }

    private Passage await(LockedKey key, Entry entry, long deadline, boolean limited) {
        entry.transaction.waits(entry.thread);
        try {
            while (!entry.admitted) {
                long left = deadline - System.nanoTime();
                if (entry.transaction.hasEnded()) {
                    return withdrawn(key, entry, Passage.TRANSACTION_ENDED);
                }
                if (entry.thread.isInterrupted()) {
                    return withdrawn(key, entry, Passage.INTERRUPTED);
                }
                if (!limited) {
                    LockSupport.park(this);
                } else if (left > 0) {
                    LockSupport.parkNanos(this, left);
                } else {
                    return withdrawn(key, entry, Passage.TIMED_OUT);
                }
            }
            return Passage.PASSED;
        } finally {
            entry.transaction.waits(null);
        }
    }

    /** Leaves the queue, unless the gate was opened at the last moment. */
    private Passage withdrawn(LockedKey key, Entry entry, Passage reason) {
        gates.computeIfPresent(key, (same, gate) -> {
            gate.queue.remove(entry);
            // The next one in the queue may have waited only for this one.
            gate.admitFromQueue();
            return gate.isUnused() ? null : gate;
        });
        return entry.admitted ? Passage.PASSED : reason;
    }

    /** Goes past a gate without waiting: the transaction waits in the database, or holds the key already. */
    void enter(LockedKey key, LockingTransaction transaction, LockMode mode) {
        gates.compute(key, (same, known) -> {
            Gate gate = known == null ? new Gate() : known;
            gate.inside.add(new Entry(transaction, mode));
            return gate;
        });
    }

    /** Opens a gate for the next. */
    void leave(LockedKey key, LockingTransaction transaction) {
        gates.computeIfPresent(key, (same, gate) -> {
            gate.inside.removeIf(entry -> entry.transaction == transaction);
            gate.admitFromQueue();
            return gate.isUnused() ? null : gate;
        });
    }

    /** What the transactions inside a gate hold, for messages. */
    List<Holding> holdings(LockedKey key) {
        List<Holding> holdings = new ArrayList<>();
        gates.computeIfPresent(key, (same, gate) -> {
            for (Entry entry : gate.inside) {
                Holding holding = entry.transaction.holding(key);
                if (holding != null) {
                    holdings.add(holding);
                }
            }
            return gate;
        });
        return holdings;
    }
}
