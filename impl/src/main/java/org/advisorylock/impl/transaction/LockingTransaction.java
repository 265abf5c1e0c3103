package org.advisorylock.impl.transaction;

import java.util.HashMap;
import java.util.Map;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.jspecify.annotations.Nullable;

/**
 * What this JVM knows of one JTA transaction that asked for locks. The transaction's thread changes it. Any thread may
 * end it, for example that of a transaction timeout.
 *
 * <p>It is at a gate if and only if it has noted that and has not ended. Both change in one step, under its monitor.
 * The order is this monitor, then the gate, and never the opposite.
 */
class LockingTransaction {

    /** With more keys it finds them by a table, unless they come in their order. Most transactions have one key. */
    private static final int FEW = 8;

    private static final int ENDED = -1;

    /** The state of one key that it asked for. */
    private static final class KeyState {
        private final DatabaseKey key;

        /** The next key of the request, and after the last one the first key of the request before. */
        private final @Nullable KeyState next;

        private @Nullable HeldLock holding;
        private Gates.@Nullable Entry place;
        private @Nullable Attempt comer;

        private KeyState(DatabaseKey key, @Nullable KeyState next) {
            this.key = key;
            this.next = next;
        }
    }

    private final Gates gates;
    private @Nullable KeyState latest;

    /** How many keys it asked for, or {@link #ENDED}. */
    private int count;

    /** Each step of a request goes through its keys in their order, so the next key is usually this one. */
    private @Nullable KeyState expected;

    private @Nullable Map<DatabaseKey, KeyState> table;
    private @Nullable LockedCall innermost;
    private @Nullable ToldLock told;
    private volatile @Nullable Thread owner;

    LockingTransaction(Gates gates) {
        this.gates = gates;
    }

    /** The thread that used it last; null if it goes on without one. */
    @Nullable
    Thread owner() {
        return owner;
    }

    void setOwner(@Nullable Thread thread) {
        owner = thread;
    }

    /** Whether it has not ended, and belongs to a thread, active or suspended. */
    boolean isOf(Thread thread) {
        return owner == thread && !hasEnded();
    }

    /**
     * Whether a call that is still running holds all the keys. Between its grant and its return nothing can have freed
     * them.
     */
    synchronized boolean isCovered(LockDatabase database, Claim request) {
        LockedCall call = innermost;
        return call != null && request.keys().stream().allMatch(key -> call.covers(database, key, request));
    }

    /** The place that asked for the keys of the innermost running call; null outside such calls. */
    synchronized @Nullable Object innermost() {
        return innermost == null ? null : innermost.place();
    }

    /** Begins a call whose keys were granted. */
    synchronized void enter(LockedCall call) {
        call.outer = innermost;
        innermost = call;
    }

    /** Ends the call that began last. */
    synchronized void leave(LockedCall call) {
        innermost = call.outer;
    }

    /** Notes keys that it asks for, all different, unless it has ended. */
    synchronized void ask(DatabaseKey... keys) {
        if (hasEnded()) {
            return;
        }
        boolean first = latest == null;
        for (int i = keys.length - 1; i >= 0; i--) {
            if (first || state(keys[i]) == null) {
                latest = new KeyState(keys[i], latest);
                if (table != null) {
                    table.put(keys[i], latest);
                }
                count++;
            }
        }
        expected = latest;
    }

    /** Adds the keys that it asked for and that have a text. */
    synchronized void addNamed(Map<AdvisoryLockKey, AdvisoryLockKey> keys) {
        for (KeyState state = latest; state != null; state = state.next) {
            if (state.key.key().text().isPresent()) {
                keys.put(state.key.key(), state.key.key());
            }
        }
    }

    private @Nullable KeyState state(DatabaseKey key) {
        KeyState state = expected != null && expected.key.equals(key) ? expected : search(key);
        if (state != null) {
            expected = state.next == null ? latest : state.next;
        }
        return state;
    }

    private @Nullable KeyState search(DatabaseKey key) {
        if (count > FEW) {
            return table().get(key);
        }
        KeyState state = latest;
        while (state != null && !state.key.equals(key)) {
            state = state.next;
        }
        return state;
    }

    private Map<DatabaseKey, KeyState> table() {
        Map<DatabaseKey, KeyState> all = table;
        if (all == null) {
            all = new HashMap<>(2 * count);
            for (KeyState state = latest; state != null; state = state.next) {
                all.put(state.key, state);
            }
            table = all;
        }
        return all;
    }

    synchronized @Nullable HeldLock heldLock(DatabaseKey key) {
        KeyState state = state(key);
        return state == null ? null : state.holding;
    }

    /** The process id of the session in which it has locks of a DataSource; 0 if it has none. */
    synchronized int backendAt(LockDatabase database) {
        for (KeyState state = latest; state != null; state = state.next) {
            if (state.holding != null && state.holding.by().equals(database)) {
                return state.holding.backend();
            }
        }
        return 0;
    }

    synchronized Map<DatabaseKey, HeldLock> held() {
        Map<DatabaseKey, HeldLock> heldLocks = Map.of();
        for (KeyState state = latest; state != null; state = state.next) {
            if (state.holding != null) {
                heldLocks = heldLocks.isEmpty() ? new HashMap<>() : heldLocks;
                heldLocks.put(state.key, state.holding);
            }
        }
        return heldLocks;
    }

    synchronized void hold(DatabaseKey[] keys, HeldLock holding) {
        for (DatabaseKey key : keys) {
            hold(key, holding);
        }
    }

    synchronized void hold(DatabaseKey key, HeldLock holding) {
        KeyState state = state(key);
        if (state != null && (state.holding == null || !state.holding.covers(holding.mode()))) {
            state.holding = holding;
        }
    }

    /** How many keys it would hold with these. */
    synchronized int countWith(DatabaseKey[] more) {
        int held = 0;
        for (KeyState state = latest; state != null; state = state.next) {
            held += state.holding == null ? 0 : 1;
        }
        if (held == 0) {
            return more.length;
        }
        for (DatabaseKey key : more) {
            held += heldLock(key) == null ? 1 : 0;
        }
        return held;
    }

    /**
     * Comes to the gate of a key that it asked for, and is let in or queues. Null if it has ended, because nobody would
     * open the gate again.
     */
    synchronized Gates.@Nullable Entry arrive(DatabaseKey key, LockMode mode, Attempt attempt) {
        KeyState state = state(key);
        if (state == null) {
            return null;
        }
        if (state.place == null) {
            state.place = new Gates.Entry(this, mode);
            state.comer = attempt;
            gates.arrive(key, state.place);
        }
        return state.place;
    }

    /** Enters the gate of a key that was granted without queueing. */
    synchronized void enter(DatabaseKey key, LockMode mode, Attempt attempt) {
        KeyState state = state(key);
        if (state != null && state.place == null) {
            state.place = new Gates.Entry(this, mode);
            state.comer = attempt;
            gates.enter(key, state.place);
        }
    }

    /** Enters the gate from its queue, unless it has ended. */
    synchronized void goPast(DatabaseKey key) {
        KeyState state = state(key);
        if (state != null && state.place != null && !state.place.isAdmitted()) {
            gates.goPast(key, state.place);
        }
    }

    /** Leaves the queue of a gate, unless it was let in at the last moment. */
    synchronized void withdraw(DatabaseKey key) {
        KeyState state = state(key);
        if (state != null && state.place != null && !state.place.isAdmitted()) {
            leave(state, state.place);
        }
    }

    /** Leaves a gate to which this attempt came. */
    synchronized void turnBack(DatabaseKey key, Attempt attempt) {
        KeyState state = state(key);
        if (state != null && state.place != null && state.comer == attempt) {
            leave(state, state.place);
        }
    }

    private void leave(KeyState state, Gates.Entry place) {
        gates.leave(state.key, place);
        state.place = null;
        state.comer = null;
    }

    synchronized boolean hasEnded() {
        return count == ENDED;
    }

    /** Ends the transaction: it leaves all gates and their queues, and forgets its keys. */
    synchronized void end() {
        for (KeyState state = latest; state != null; state = state.next) {
            Gates.Entry place = state.place;
            if (place != null) {
                leave(state, place);
                place.wake();
            }
        }
        latest = null;
        expected = null;
        table = null;
        count = ENDED;
    }

    /** Begins a lock of which listeners hear, unless the transaction has it already. */
    synchronized void begin(ToldLock lock) {
        if (told == null || !told.coversAll(lock)) {
            lock.next = told;
            told = lock;
            lock.grant();
        }
    }

    /** The locks of which listeners hear, the last one first; null if there are none. */
    synchronized @Nullable ToldLock told() {
        return told;
    }
}
