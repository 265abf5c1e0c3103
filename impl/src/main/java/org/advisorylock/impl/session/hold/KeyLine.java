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
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.jspecify.annotations.Nullable;

/**
 * The line of this JVM for one key: first come, first served. The JVM needs a line of its own, because PostgreSQL
 * grants a session the same lock again and again, and many callers share a session. If the key has permits, each slot
 * is used once, and one request at a time waits. Only a step of the registry writes it.
 */
final class KeyLine {

    /** A little longer than the time between two tries of a JVM for a permit. */
    private static final long INTERVAL = Duration.ofMillis(150).toNanos();

    final AdvisoryLockKey key;

    /** The slots of a key with permits. Empty for a lock. */
    final List<AdvisoryLockKey> slots;

    /** The holds of requests that have had their turn, until they are free. */
    final Set<Hold> holds = new LinkedHashSet<>();

    private final Deque<QueuedRequest> line = new ArrayDeque<>();

    /** The request that waits for a permit. */
    private @Nullable QueuedRequest head;

    private final Map<AdvisoryLockKey, Long> usedSince = new HashMap<>();
    private @Nullable AdvisoryLockKey left;
    private long leftUntil;
    private final LongSupplier nanoClock;
    private long askedForAll;
    private boolean contended;

    KeyLine(AdvisoryLockKey key, List<AdvisoryLockKey> slots, LongSupplier nanoClock) {
        this.key = key;
        this.slots = slots;
        this.nanoClock = nanoClock;
        this.askedForAll = nanoClock.getAsLong();
    }

    boolean isEmpty() {
        return holds.isEmpty() && line.isEmpty();
    }

    void join(QueuedRequest ask) {
        line.add(ask);
    }

    void leave(QueuedRequest ask) {
        line.remove(ask);
        settle(ask);
    }

    /** The hold that an owner has here. Null if it has none. */
    @Nullable
    Hold findHoldOf(@Nullable Thread owner) {
        for (Hold hold : holds) {
            if (hold.isOwnedBy(owner) && !hold.isLost()) {
                return hold;
            }
        }
        return null;
    }

    /** Removes a hold. Returns the request that should now ask the server, or null. */
    @Nullable
    QueuedRequest remove(Hold hold) {
        holds.remove(hold);
        return slots.isEmpty() || hold.key == null ? null : freed(hold.key);
    }

    /** The request does not wait here any more. */
    void settle(QueuedRequest ask) {
        if (head == ask) {
            head = null;
        }
    }

    /** Takes the request out of the line that has its turn now. Null if there is none. */
    @Nullable
    QueuedRequest next() {
        for (QueuedRequest one : line) {
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
        for (Hold hold : holds) {
            if (Claim.exclude(hold.mode, mode)) {
                return false;
            }
        }
        return true;
    }

    private boolean admitsToPermit(QueuedRequest ask) {
        return holds.size() < slots.size() && (head == null || ask.claim().isImmediate());
    }

    /** Notes that this JVM uses a slot. */
    void noteGrant(QueuedRequest ask, AdvisoryLockKey slot) {
        left = slot.equals(left) ? null : left;
        usedSince.putIfAbsent(slot, nanoClock.getAsLong());
        asked(ask, false);
    }

    /** Notes that no slot was free. */
    void noteMiss(QueuedRequest ask) {
        asked(ask, true);
    }

    private void asked(QueuedRequest ask, boolean inVain) {
        if (ask.offered == null) {
            contended |= inVain;
            askedForAll = nanoClock.getAsLong();
        }
        ask.offered = null;
    }

    /**
     * Whether a new waiter should ask the server only after the interval. That is so if the last try found no slot and
     * somebody has waited since.
     */
    boolean isContended(QueuedRequest ask) {
        return contended && !ask.claim().isImmediate();
    }

    /**
     * Notes that this JVM has released a slot. Returns the request that should now ask for it, or null.
     *
     * <p>If this JVM has passed a slot on to its own waiters for half an interval, it leaves it to other JVMs for a
     * whole interval. Each of them asks within that time. It leaves one slot at a time, and goes on using the others.
     */
    private @Nullable QueuedRequest freed(AdvisoryLockKey slot) {
        long now = nanoClock.getAsLong();
        QueuedRequest waiting = head;
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
            // The more slots a JVM uses, the less often it asks for slots that others have released.
            waiting.offered = now - askedForAll >= INTERVAL * (1 + 2L * holds.size()) ? null : slot;
        }
        return waiting;
    }

    /**
     * The slots that a request should try, in random order so that nobody prefers one: those that this JVM does not
     * use. A waiter that is offered one slot tries that one only. A slot that is left to others is not tried.
     */
    List<AdvisoryLockKey> unused(QueuedRequest ask) {
        Set<AdvisoryLockKey> used = holds.stream()
                .map(hold -> hold.key)
                .filter(slot -> slot != null)
                .collect(Collectors.toSet());
        List<AdvisoryLockKey> free = new ArrayList<>(slots);
        free.removeIf(used::contains);
        if (!ask.claim().isImmediate()) {
            boolean isAnyLeft = left != null && nanoClock.getAsLong() - leftUntil < 0;
            free.removeIf(slot -> slot.equals(left) ? isAnyLeft : ask.offered != null && !slot.equals(ask.offered));
        }
        Collections.shuffle(free);
        return free;
    }
}
