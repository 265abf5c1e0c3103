package org.advisorylock.impl.transaction;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.jspecify.annotations.Nullable;

/**
 * A queue in the JVM for each key. Of all transactions of this JVM that want one key, only one waits with a connection.
 * The first to come is the first to be served; shared requests pass together. Only {@link #await} waits. It parks the
 * thread, which then holds neither a monitor nor a connection.
 *
 * <p>A transaction comes to a gate and leaves it under its own monitor, and notes that in the same step: see
 * {@link LockingTransaction}.
 */
class Gates {

    /** Why a wait at a gate ended. */
    enum Passage {
        PASSED,
        TIMED_OUT,
        INTERRUPTED,
        TRANSACTION_ENDED
    }

    /** The place of a transaction in the queue of a gate, or inside. */
    static final class Entry {
        final LockingTransaction transaction;
        final LockMode mode;
        private final Thread thread = Thread.currentThread();
        private volatile boolean admitted = true;
        private @Nullable Entry next;

        Entry(LockingTransaction transaction, LockMode mode) {
            this.transaction = transaction;
            this.mode = mode;
        }

        boolean isAdmitted() {
            return admitted;
        }

        /** Wakes the thread, because it waits for nothing any more. */
        void wake() {
            LockSupport.unpark(thread);
        }

        private boolean admits(LockMode wanted) {
            for (Entry entry = this; entry != null; entry = entry.next) {
                if (entry.admitted && Claim.exclude(wanted, entry.mode)) {
                    return false;
                }
            }
            return true;
        }

        /** Puts a newcomer behind all entries from this one on, or lets it in. */
        private Entry join(Entry newcomer) {
            Entry last = this;
            while (last.next != null) {
                last = last.next;
            }
            newcomer.admitted = last.admitted && admits(newcomer.mode);
            last.next = newcomer;
            return this;
        }

        /** Lets an entry in before all entries from this one on. */
        private Entry enter(Entry newcomer) {
            newcomer.next = this;
            return newcomer;
        }

        /** Removes an entry, and lets in those that waited only for it. Null if there are no others. */
        private @Nullable Entry leave(Entry leaving) {
            Entry others = remove(leaving);
            return others == null ? null : others.open();
        }

        /** The first entry from this one on, without the one that leaves. Null if there are no others. */
        private @Nullable Entry remove(Entry leaving) {
            if (this == leaving) {
                return next;
            }
            for (Entry entry = this; entry != null; entry = entry.next) {
                if (entry.next == leaving) {
                    entry.next = leaving.next;
                }
            }
            return this;
        }

        /** Lets in all entries that may go in now. */
        private Entry open() {
            for (Entry entry = this; entry != null; entry = entry.next) {
                if (!entry.admitted) {
                    if (!admits(entry.mode)) {
                        break;
                    }
                    entry.admitted = true;
                    entry.wake();
                }
            }
            return this;
        }
    }

    /**
     * For each gate the entries inside, then those in the queue in the order of their arrival. They change only while
     * the map computes.
     */
    private final ConcurrentHashMap<DatabaseKey, Entry> gates = new ConcurrentHashMap<>();

    private final LongSupplier nanoClock;

    Gates(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Comes to a gate, and is let in or queues. */
    void arrive(DatabaseKey key, Entry entry) {
        gates.merge(key, entry, Entry::join);
    }

    /** Enters a gate without queueing, because the transaction holds the key already. */
    void enter(DatabaseKey key, Entry entry) {
        gates.merge(key, entry, Entry::enter);
    }

    /** Enters a gate from its queue, to wait in the database. */
    void goPast(DatabaseKey key, Entry entry) {
        gates.computeIfPresent(key, (same, first) -> {
            Entry others = first.remove(entry);
            entry.next = others;
            entry.admitted = true;
            return entry;
        });
    }

    /** Leaves the gate or its queue. Opens the gate for those that waited only for this entry. */
    void leave(DatabaseKey key, Entry entry) {
        // The transaction has noted the entry, so it is there. merge puts nothing, and needs no function object that
        // knows the entry.
        gates.merge(key, entry, Entry::leave);
    }

    /**
     * Waits in the queue of a gate. The place there does not change.
     *
     * @param deadline by the clock
     * @param limited false to wait for ever
     */
    Passage await(Entry entry, long deadline, boolean limited) {
        // Another thread of the same transaction may wait there. Then this one goes on to the connection that they
        // share.
        while (!entry.admitted && entry.thread == Thread.currentThread()) {
            long left = deadline - nanoClock.getAsLong();
            if (entry.transaction.hasEnded()) {
                return Passage.TRANSACTION_ENDED;
            }
            if (entry.thread.isInterrupted()) {
                return Passage.INTERRUPTED;
            }
            if (!limited) {
                LockSupport.park(this);
            } else if (left > 0) {
                LockSupport.parkNanos(this, left);
            } else {
                return Passage.TIMED_OUT;
            }
        }
        return Passage.PASSED;
    }

    /** The entries of one gate, those inside first. */
    List<Entry> at(DatabaseKey key) {
        List<Entry> entries = new ArrayList<>();
        gates.computeIfPresent(key, (same, first) -> {
            for (Entry entry = first; entry != null; entry = entry.next) {
                entries.add(entry);
            }
            return first;
        });
        return entries;
    }
}
