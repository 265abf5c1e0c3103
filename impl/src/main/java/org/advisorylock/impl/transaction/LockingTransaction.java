package org.advisorylock.impl.transaction;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.jspecify.annotations.Nullable;

/**
 * What this JVM knows of one JTA transaction that asked for locks. The transaction's thread changes it; whatever thread ends the
 * transaction, as the reaper does after a timeout, ends it.
 */
final class LockingTransaction {

    /** From so many keys on they are found by a table; most transactions have one. */
    private static final int MANY = 8;

    /** What became of one key that it asked for. */
    static final class State {
        final LockedKey key;

        /** Of the key that it asked for before. */
        final @Nullable State next;

        private @Nullable Holding holding;
        private @Nullable Attempt passedGate;

        private State(LockedKey key, @Nullable State next) {
            this.key = key;
            this.next = next;
        }
    }

    private @Nullable State latest;
    private @Nullable Map<LockedKey, State> table;
    private int asked;
    private @Nullable Hold innermost;
    private int held;
    private boolean ended;
    private @Nullable Thread waiter;

    /** Whether a call that is still running holds all the keys: between its grant and its return nothing can have freed them. */
    synchronized boolean isCovered(LockDatabase database, Claim request) {
        Hold call = innermost;
        return call != null && request.keys().stream().allMatch(key -> call.covers(database, key, request));
    }

    /** Begins a call that has been granted its keys. */
    synchronized void enter(Hold call) {
        call.outer = innermost;
        innermost = call;
    }

    /** Ends the call that began last. */
    synchronized void leave(Hold call) {
        innermost = call.outer;
    }

    /** Notes a key that it asks for; false if it did so before, or has ended. */
    synchronized boolean ask(LockedKey key) {
        if (ended || state(key) != null) {
            return false;
        }
        latest = new State(key, latest);
        asked++;
        if (table != null) {
            table.put(key, latest);
        } else if (asked == MANY) {
            table = new HashMap<>();
            for (State state = latest; state != null; state = state.next) {
                table.put(state.key, state);
            }
        }
        return true;
    }

    private @Nullable State state(LockedKey key) {
        if (table != null) {
            return table.get(key);
        }
        State state = latest;
        while (state != null && !state.key.equals(key)) {
            state = state.next;
        }
        return state;
    }

    synchronized @Nullable Holding holding(LockedKey key) {
        State state = state(key);
        return state == null ? null : state.holding;
    }

    /** The process id of the session in which it has locks of a DataSource; 0 if it has none. */
    synchronized int backendAt(LockDatabase database) {
        for (State state = latest; state != null; state = state.next) {
            if (state.holding != null && state.holding.by().equals(database)) {
                return state.holding.backend();
            }
        }
        return 0;
    }

    synchronized Map<LockedKey, Holding> held() {
        if (held == 0) {
            return Map.of();
        }
        Map<LockedKey, Holding> holdings = new HashMap<>();
        for (State state = latest; state != null; state = state.next) {
            if (state.holding != null) {
                holdings.put(state.key, state.holding);
            }
        }
        return holdings;
    }

    synchronized void hold(LockedKey key, Holding holding) {
        State state = state(key);
        if (state != null && (state.holding == null || !state.holding.covers(holding.mode()))) {
            held += state.holding == null ? 1 : 0;
            state.holding = holding;
        }
    }

    /** How many keys it would hold together with these. */
    synchronized int countWith(LockedKey[] more) {
        int count = held;
        for (LockedKey key : more) {
            count += holding(key) == null ? 1 : 0;
        }
        return count;
    }

    synchronized boolean isPastGate(LockedKey key) {
        State state = state(key);
        return state != null && state.passedGate != null;
    }

    /** Notes a gate that it passed; false if it has ended in the meantime, so that nobody would open that again. */
    synchronized boolean passGate(LockedKey key, Attempt attempt) {
        State state = state(key);
        if (state == null || state.passedGate != null) {
            return false;
        }
        state.passedGate = attempt;
        return true;
    }

    /** Takes back that it passed a gate; false unless it was this attempt that did. */
    synchronized boolean unpassGate(LockedKey key, Attempt attempt) {
        State state = state(key);
        if (state == null || state.passedGate != attempt) {
            return false;
        }
        state.passedGate = null;
        return true;
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    /** The thread to wake if the transaction ends while it waits. */
    synchronized void waits(@Nullable Thread thread) {
        waiter = thread;
    }

    /** Ends it: gives the keys that it asked for, the latest first, and wakes it if it waits. */
    synchronized @Nullable State end() {
        State all = latest;
        ended = true;
        latest = null;
        table = null;
        held = 0;
        if (waiter != null) {
            LockSupport.unpark(waiter);
        }
        return all;
    }
}
