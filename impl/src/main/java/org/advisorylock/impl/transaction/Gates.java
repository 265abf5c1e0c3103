package org.advisorylock.impl.transaction;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.advisorylock.LockMode;
import org.jspecify.annotations.Nullable;

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

        @Nullable
        Entry next;

        Entry(LockingTransaction transaction, LockMode mode) {
            this.transaction = transaction;
            this.mode = mode;
        }

        /** The first from here on that stays when a transaction's leave, without them between the others. */
        @Nullable
        Entry without(LockingTransaction leaving, boolean inside) {
            Entry first = this;
            while (first != null && first.isOf(leaving, inside)) {
                first = first.next;
            }
            for (Entry entry = first; entry != null; entry = entry.next) {
                while (entry.next != null && entry.next.isOf(leaving, inside)) {
                    entry.next = entry.next.next;
                }
            }
            return first;
        }

        private boolean isOf(LockingTransaction one, boolean inside) {
            return transaction == one && admitted == inside;
        }
    }

    /** Those inside, then those in the queue in the order of their arrival. Touched only while the map computes its key. */
    private static final class Gate {
        private Entry first;

        Gate(Entry first) {
            first.admitted = true;
            this.first = first;
        }

        /** Lets the first of another gate in, or else has it queue. */
        Gate joinedBy(Gate other) {
            Entry last = first;
            while (last.next != null) {
                last = last.next;
            }
            Entry newcomer = other.first;
            newcomer.admitted = last.admitted && admits(newcomer.mode);
            last.next = newcomer;
            return this;
        }

        /** Lets the first of another gate in. */
        Gate enteredBy(Gate other) {
            other.first.next = first;
            return other;
        }

        private boolean admits(LockMode mode) {
            for (Entry entry = first; entry != null; entry = entry.next) {
                if (entry.admitted && (mode == LockMode.EXCLUSIVE || entry.mode == LockMode.EXCLUSIVE)) {
                    return false;
                }
            }
            return true;
        }

        /** Without those of a transaction that are inside, or that are in the queue; null if it is not needed any more. */
        @Nullable
        Gate leftBy(LockingTransaction transaction, boolean inside) {
            Entry left = first.without(transaction, inside);
            if (left == null) {
                return null;
            }
            first = left;
            for (Entry entry = first; entry != null; entry = entry.next) {
                if (!entry.admitted) {
                    if (!admits(entry.mode)) {
                        break;
                    }
                    entry.admitted = true;
                    LockSupport.unpark(entry.thread);
                }
            }
            return this;
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
        gates.merge(key, new Gate(entry), Gate::joinedBy);
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
        // The next one in the queue may have waited only for this one.
        gates.computeIfPresent(key, (same, gate) -> gate.leftBy(entry.transaction, false));
        return entry.admitted ? Passage.PASSED : reason;
    }

    /** Goes past a gate without waiting: the transaction waits in the database, or holds the key already. */
    void enter(LockedKey key, LockingTransaction transaction, LockMode mode) {
        gates.merge(key, new Gate(new Entry(transaction, mode)), Gate::enteredBy);
    }

    /** Opens a gate for the next. */
    void leave(LockedKey key, LockingTransaction transaction) {
        gates.computeIfPresent(key, (same, gate) -> gate.leftBy(transaction, true));
    }

    /** What the transactions inside a gate hold, for messages. */
    List<Holding> holdings(LockedKey key) {
        List<Holding> holdings = new ArrayList<>();
        gates.computeIfPresent(key, (same, gate) -> {
            for (Entry entry = gate.first; entry != null; entry = entry.next) {
                Holding holding = entry.admitted ? entry.transaction.holding(key) : null;
                if (holding != null) {
                    holdings.add(holding);
                }
            }
            return gate;
        });
        return holdings;
    }
}
