package org.advisorylock.impl.session.hold;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.jspecify.annotations.Nullable;

/**
 * Where the requests of this JVM for one key stand in line, first come, first served: PostgreSQL gives a session a lock that it has as often as it asks, and many callers share a
 * session. Of a key with permits each slot is used once, and one request at a time waits. Written inside a step of the registry alone.
 */
final class Place {

    /** Longer than the interval at which a JVM asks for a permit. */
    private static final long INTERVAL = Duration.ofMillis(150).toNanos();

    final AdvisoryLockKey key;

    /** Of a key with permits; else empty. */
    final List<AdvisoryLockKey> slots;

    /** Those that have their turn, from then until they are free. */
    final Set<Hold> holds = new LinkedHashSet<>();

    private final Deque<Ask> line = new ArrayDeque<>();

    /** The one that waits for a permit. */
    private @Nullable Ask head;

    private final Map<AdvisoryLockKey, Long> usedSince = new HashMap<>();
    private @Nullable AdvisoryLockKey left;
    private long leftUntil;
    private long askedForAll = System.nanoTime();
    private boolean contended;

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

    /** What an owner has here; null if nothing. */
    @Nullable
    Hold ownedBy(@Nullable Thread owner) {
        for (Hold hold : holds) {
            if (hold.isOwnedBy(owner) && !hold.isLost()) {
                return hold;
            }
        }
        return null;
    }

    /** Something is free; who is to ask for it now, null if nobody. */
    @Nullable
    Ask remove(Hold hold) {
        holds.remove(hold);
        return slots.isEmpty() || hold.key == null ? null : freed(hold.key);
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

    /** A slot is used here from now on. */
    void granted(Ask ask, AdvisoryLockKey slot) {
        left = slot.equals(left) ? null : left;
        usedSince.putIfAbsent(slot, System.nanoTime());
        asked(ask, false);
    }

    /** None of the slots was free that were tried. */
    void missed(Ask ask) {
        asked(ask, true);
    }

    private void asked(Ask ask, boolean inVain) {
        if (ask.offered == null) {
            contended |= inVain;
            askedForAll = System.nanoTime();
        }
        ask.offered = null;
    }

    /** Whether whoever comes to wait now is to ask after the interval only, since there was nothing when somebody last asked, and somebody waits ever since. */
    boolean isContended(Ask ask) {
        return contended && !ask.claim().isImmediate();
    }

    /**
     * A slot was let go here; who is to ask for it now, null if nobody.
     *
     * <p>One that this JVM has passed on to its own waiters for half an interval is left to other JVMs for a whole one, in which each of them asks. One at a time: the others do
     * their work.
     */
    private @Nullable Ask freed(AdvisoryLockKey slot) {
        long now = System.nanoTime();
        Ask waiting = head;
        Long since = usedSince.get(slot);
        boolean isAnyLeft = left != null && now - leftUntil < 0;
        if (waiting == null) {
            contended = false;
            usedSince.remove(slot);
        } else if (since != null && now - since >= INTERVAL / 2 && !isAnyLeft) {
            usedSince.remove(slot);
            left = slot;
            leftUntil = now + INTERVAL;
            return null;
        } else {
            // The more a JVM has, the less often it asks for what others have let go.
            waiting.offered = now - askedForAll >= INTERVAL * (1 + 2L * holds.size()) ? null : slot;
        }
        return waiting;
    }

    /**
     * The slots that are to be tried, of those that this JVM does not use, at random, so that nobody prefers one: all, or for who waits and is offered one, that; and never one that is
     * left to others.
     */
    List<AdvisoryLockKey> unused(Ask ask) {
        Set<AdvisoryLockKey> used = holds.stream()
                .map(hold -> hold.key)
                .filter(slot -> slot != null)
                .collect(Collectors.toSet());
        List<AdvisoryLockKey> free = new ArrayList<>(slots);
        free.removeIf(used::contains);
        if (!ask.claim().isImmediate()) {
            boolean isAnyLeft = left != null && System.nanoTime() - leftUntil < 0;
            free.removeIf(slot -> slot.equals(left) ? isAnyLeft : ask.offered != null && !slot.equals(ask.offered));
        }
        Collections.shuffle(free);
        return free;
    }
}
