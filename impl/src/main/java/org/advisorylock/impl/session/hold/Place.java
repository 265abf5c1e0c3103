package org.advisorylock.impl.session.hold;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.jspecify.annotations.Nullable;

/**
 * Where the requests of this JVM for one key stand in line, first come, first served: PostgreSQL gives a session a lock that it has as often as it asks, and many callers share a
 * session. Of a key with permits each slot is used once, and one request at a time waits. Written by {@link Holds} alone, under its lock.
 */
final class Place {

    final AdvisoryLockKey key;

    /** Of a key with permits; else empty. */
    final List<AdvisoryLockKey> slots;

    /** Those that have their turn, from then until they are free. */
    final Set<Hold> holds = new LinkedHashSet<>();

    private final Deque<Ask> line = new ArrayDeque<>();

    /** The one that waits for a permit. */
    private @Nullable Ask head;

    private boolean passed;

    Place(AdvisoryLockKey key, List<AdvisoryLockKey> slots) {
        this.key = key;
        this.slots = slots;
    }

    boolean isEmpty() {
        return holds.isEmpty() && line.isEmpty();
    }

    void join(Ask ask) {
        line.add(ask);
    }

    void leave(Ask ask) {
        line.remove(ask);
        settle(ask);
    }

    /** It does not wait here any more. */
    void settle(Ask ask) {
        if (head == ask) {
            head = null;
        }
    }

    /** Whose turn it is now, who leaves the line; null if nobody's. */
    @Nullable
    Ask next() {
        for (Ask one : line) {
            if (slots.isEmpty() ? admits(one.claim().mode()) : admitsToPermit(one)) {
                line.remove(one);
                if (!slots.isEmpty() && !one.claim().isImmediate()) {
                    head = one;
                }
                return one;
            }
            if (slots.isEmpty()) {
                return null;
            }
        }
        return null;
    }

    private boolean admits(LockMode mode) {
        return holds.isEmpty()
                || (mode == LockMode.SHARED && holds.stream().allMatch(hold -> hold.mode == LockMode.SHARED));
    }

    private boolean admitsToPermit(Ask ask) {
        return holds.size() < slots.size() && (head == null || ask.claim().isImmediate());
    }

    /** Whoever waits for a permit and is to ask for one that was freed here. Each other one is left to other JVMs, whose requests come at intervals. */
    @Nullable
    Ask wake() {
        passed = !passed;
        return passed ? head : null;
    }

    /** The slots that this JVM does not use, at random, so that nobody prefers one. */
    List<AdvisoryLockKey> unused() {
        Set<AdvisoryLockKey> used = holds.stream()
                .map(hold -> hold.key)
                .filter(slot -> slot != null)
                .collect(Collectors.toSet());
        List<AdvisoryLockKey> free = new ArrayList<>(slots);
        free.removeIf(used::contains);
        Collections.shuffle(free);
        return free;
    }
}
