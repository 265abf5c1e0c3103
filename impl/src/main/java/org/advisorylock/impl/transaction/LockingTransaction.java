package org.advisorylock.impl.transaction;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.LockRequest;
import org.jspecify.annotations.Nullable;

/**
 * What this JVM knows of one JTA transaction that asked for locks. The transaction's thread changes it; whatever thread ends the
 * transaction, as the reaper does after a timeout, ends it.
 */
final class LockingTransaction {

    /** The keys that a call took which has not returned yet. */
    private record Call(String database, LockRequest request) {}

    /** What became of one key that it asked for. */
    private static final class State {
        private @Nullable Holding holding;
        private boolean pastGate;
    }

    private final Map<LockedKey, State> keys = new LinkedHashMap<>(4);
    private final Deque<Call> calls = new ArrayDeque<>(2);
    private int held;
    private boolean ended;
    private @Nullable Thread waiter;

    /** Whether a call that is still running holds all the keys: between its grant and its return nothing can have freed them. */
    synchronized boolean isCovered(String database, LockRequest request) {
        if (calls.isEmpty()) {
            return false;
        }
        return request.keys().stream().allMatch(key -> calls.stream()
                .anyMatch(call -> call.database().equals(database)
                        && (call.request().mode() == LockMode.EXCLUSIVE || request.mode() == LockMode.SHARED)
                        && call.request().slots().size() == request.slots().size()
                        && call.request().has(key)));
    }

    synchronized void enter(String database, LockRequest request) {
        calls.push(new Call(database, request));
    }

    synchronized void leave() {
        calls.pop();
    }

    /** Notes the keys that it asks for, and gives those that are new. */
    synchronized List<AdvisoryLockKey> name(String database, List<AdvisoryLockKey> more) {
        List<AdvisoryLockKey> added = new ArrayList<>(more.size());
        for (AdvisoryLockKey key : more) {
            LockedKey named = new LockedKey(database, key);
            if (!ended && !keys.containsKey(named)) {
                keys.put(named, new State());
                added.add(key);
            }
        }
        return added;
    }

    synchronized @Nullable Holding holding(LockedKey key) {
        State state = keys.get(key);
        return state == null ? null : state.holding;
    }

    synchronized Map<LockedKey, Holding> held() {
        if (held == 0) {
            return Map.of();
        }
        Map<LockedKey, Holding> holdings = new HashMap<>();
        keys.forEach((key, state) -> {
            if (state.holding != null) {
                holdings.put(key, state.holding);
            }
        });
        return holdings;
    }

    synchronized void hold(LockedKey key, Holding holding) {
        State state = keys.get(key);
        if (state != null && (state.holding == null || !state.holding.covers(holding.mode()))) {
            held += state.holding == null ? 1 : 0;
            state.holding = holding;
        }
    }

    /** How many keys it would hold together with these. */
    synchronized int countWith(String database, List<AdvisoryLockKey> more) {
        if (held == 0) {
            return more.size();
        }
        long added = more.stream()
                .filter(key -> holding(new LockedKey(database, key)) == null)
                .count();
        return held + (int) added;
    }

    synchronized boolean isPastGate(LockedKey key) {
        State state = keys.get(key);
        return state != null && state.pastGate;
    }

    /** Notes a gate that it passed; false if it has ended in the meantime, so that nobody would open that again. */
    synchronized boolean passGate(LockedKey key) {
        State state = keys.get(key);
        if (state == null || state.pastGate) {
            return false;
        }
        state.pastGate = true;
        return true;
    }

    synchronized void unpassGate(LockedKey key) {
        State state = keys.get(key);
        if (state != null) {
            state.pastGate = false;
        }
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    /** The thread to wake if the transaction ends while it waits. */
    synchronized void waits(@Nullable Thread thread) {
        waiter = thread;
    }

    /** Ends it: gives the keys that it asked for, and wakes it if it waits. */
    synchronized Set<LockedKey> end() {
        ended = true;
        Set<LockedKey> asked = new HashSet<>(keys.keySet());
        keys.clear();
        held = 0;
        if (waiter != null) {
            LockSupport.unpark(waiter);
        }
        return asked;
    }
}
