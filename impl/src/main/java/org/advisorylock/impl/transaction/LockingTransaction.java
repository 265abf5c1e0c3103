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

    private final Map<LockedKey, Holding> held = new LinkedHashMap<>();
    private final Set<LockedKey> gates = new HashSet<>();
    private final Set<AdvisoryLockKey> known = new HashSet<>();
    private final Deque<Call> calls = new ArrayDeque<>();
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
                        && call.request().has(key)));
    }

    synchronized void enter(String database, LockRequest request) {
        calls.push(new Call(database, request));
    }

    synchronized void leave() {
        calls.pop();
    }

    synchronized @Nullable Holding holding(LockedKey key) {
        return held.get(key);
    }

    synchronized Map<LockedKey, Holding> held() {
        return held.isEmpty() ? Map.of() : new HashMap<>(held);
    }

    synchronized void hold(LockedKey key, Holding holding) {
        Holding before = held.get(key);
        if (before == null || !before.covers(holding.mode())) {
            held.put(key, holding);
        }
    }

    /** How many keys it would hold together with these. */
    synchronized int countWith(String database, List<AdvisoryLockKey> more) {
        if (held.isEmpty()) {
            return more.size();
        }
        long added = more.stream()
                .filter(key -> !held.containsKey(new LockedKey(database, key)))
                .count();
        return held.size() + (int) added;
    }

    synchronized boolean isPastGate(LockedKey key) {
        return gates.contains(key);
    }

    /** Notes a gate that it passed; false if it has ended in the meantime, so that nobody would open that again. */
    synchronized boolean passGate(LockedKey key) {
        return !ended && gates.add(key);
    }

    synchronized void unpassGate(LockedKey key) {
        gates.remove(key);
    }

    /** Notes the keys that it asks for, and gives those that are new. */
    synchronized List<AdvisoryLockKey> name(List<AdvisoryLockKey> keys) {
        List<AdvisoryLockKey> added = new ArrayList<>(keys.size());
        for (AdvisoryLockKey key : keys) {
            if (known.add(key)) {
                added.add(key);
            }
        }
        return added;
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    /** The thread to wake if the transaction ends while it waits. */
    synchronized void waits(@Nullable Thread thread) {
        waiter = thread;
    }

    /** What the transaction leaves behind. */
    record Remains(Set<LockedKey> gates, Set<AdvisoryLockKey> known, @Nullable Thread waiter) {}

    synchronized Remains end() {
        ended = true;
        Remains remains = new Remains(Set.copyOf(gates), Set.copyOf(known), waiter);
        gates.clear();
        known.clear();
        held.clear();
        return remains;
    }
}
