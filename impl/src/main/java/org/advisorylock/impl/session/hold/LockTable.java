package org.advisorylock.impl.session.hold;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockMode;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.hold.Hold.State;
import org.jspecify.annotations.Nullable;

/**
 * The keys that this JVM holds or requests, each with its place. Permits have a table of their own. Used inside a step.
 */
final class LockTable {

    private final Steps steps;
    private final LongSupplier nanoClock;
    private final Map<AdvisoryLockKey, KeyLine> locks = new LinkedHashMap<>();
    private final Map<AdvisoryLockKey, KeyLine> permits = new LinkedHashMap<>();

    /** The requests whose callers have not taken these holds yet. */
    private final Map<Hold, QueuedRequest> asking = new HashMap<>();

    LockTable(Steps steps, LongSupplier nanoClock) {
        this.steps = steps;
        this.nanoClock = nanoClock;
    }

    private Map<AdvisoryLockKey, KeyLine> lines(boolean ofPermits) {
        return ofPermits ? permits : locks;
    }

    /** The line of a key. Null if nobody has asked for it. */
    @Nullable
    KeyLine find(Claim claim, AdvisoryLockKey key) {
        return lines(claim.isForPermit()).get(key);
    }

    /** The line of a hold that is not free yet. */
    KeyLine lineOf(Hold hold) {
        return Objects.requireNonNull(lines(hold.isOfPermit).get(hold.asked));
    }

    /** The request whose caller has not taken this hold yet. Null if it has. */
    @Nullable
    QueuedRequest asking(Hold hold) {
        return asking.get(hold);
    }

    /** Notes that the caller has taken it. */
    void taken(Hold hold) {
        asking.remove(hold);
    }

    /** Removes a hold that is free, and gives others their turn. Returns the request that had not taken it, or null. */
    @Nullable
    QueuedRequest remove(Hold hold) {
        KeyLine line = lineOf(hold);
        QueuedRequest asked = asking.remove(hold);
        if (asked != null) {
            asked.own.remove(hold);
        }
        QueuedRequest waiting = line.remove(hold);
        if (waiting != null) {
            steps.afterwards(waiting.asker::onFreed);
        }
        admit(line);
        return asked;
    }

    Stream<Hold> holds() {
        return Stream.concat(locks.values().stream(), permits.values().stream()).flatMap(line -> line.holds.stream());
    }

    boolean isEmpty() {
        return locks.isEmpty() && permits.isEmpty();
    }

    /**
     * Puts a request in line for its next key. The place is looked up only now, because an empty place is forgotten.
     */
    void joinNext(QueuedRequest ask) {
        Claim claim = ask.claim();
        KeyLine line = lines(claim.isForPermit())
                .computeIfAbsent(ask.ahead.get(0), key -> new KeyLine(key, claim.slots(), nanoClock));
        line.join(ask);
        admit(line);
    }

    /** Takes a request out of the line in which it waits. */
    void leaveLine(QueuedRequest ask) {
        KeyLine inLine = ask.ahead.isEmpty() ? null : find(ask.claim(), ask.ahead.get(0));
        if (inLine != null) {
            inLine.leave(ask);
            admit(inLine);
        }
    }

    /** Gives requests their turn in a line, as far as its holds allow. */
    void admit(KeyLine line) {
        for (QueuedRequest next = line.next(); next != null; next = line.next()) {
            Hold hold = new Hold(line.key, next.claim(), next.where, nanoClock);
            line.holds.add(hold);
            next.own.add(hold);
            asking.put(hold, next);
            next.ahead.remove(0);
            if (next.ahead.isEmpty()) {
                next.state = QueuedRequest.Progress.ASKING;
                steps.afterwards(line.isContended(next) ? next.asker::onTurnLater : next.asker::onTurn);
            } else {
                joinNext(next);
            }
        }
        if (line.isEmpty()) {
            lines(!line.slots.isEmpty()).remove(line.key, line);
        }
    }

    /** The hold that an owner has of a key. Null if it has none. */
    @Nullable
    Hold find(Claim claim, AdvisoryLockKey key, @Nullable Thread owner) {
        return ownedAt(find(claim, key), owner);
    }

    private @Nullable Hold findLock(AdvisoryLockKey key, @Nullable Thread owner) {
        return ownedAt(locks.get(key), owner);
    }

    private static @Nullable Hold ownedAt(@Nullable KeyLine line, @Nullable Thread owner) {
        return line == null ? null : line.findHoldOf(owner);
    }

    /** Two numbers of permits for one key would let in more than the smaller one allows. */
    void requireSamePermits(Claim claim) {
        KeyLine known = claim.isForPermit() ? permits.get(claim.keys().get(0)) : null;
        if (known != null && known.slots.size() != claim.slots().size()) {
            throw new LockGuardException(CallMessage.OTHER_PERMITS.text(claim, known.slots.size()), claim.keys(), null);
        }
    }

    void refuseUpgrade(Claim claim, @Nullable Thread owner, String where) {
        if (claim.isForPermit() || claim.mode() == LockMode.SHARED) {
            return;
        }
        for (AdvisoryLockKey key : claim.keys()) {
            Hold mine = findLock(key, owner);
            if (mine != null && mine.mode == LockMode.SHARED) {
                throw new SelfDeadlockException(
                        CallMessage.SELF_DEADLOCK_OF_UPGRADE.text(claim, mine.where, where), claim.keys(), null);
            }
        }
    }

    boolean ownsAny(@Nullable Thread owner, List<AdvisoryLockKey> some) {
        return some.stream().anyMatch(key -> findLock(key, owner) != null);
    }

    /** The place where a thread took a key for which it would now wait for itself; null if there is none. */
    @Nullable
    String placeOfConflict(Thread thread, AdvisoryLockKey key, LockMode wanted) {
        Hold mine = findLock(key, thread);
        return mine != null && Claim.exclude(mine.mode, wanted) ? mine.where : null;
    }

    /** The same key, with its text if this JVM holds it or waits for it. */
    AdvisoryLockKey named(AdvisoryLockKey key) {
        KeyLine line = locks.get(key);
        return line != null
                ? line.key
                : permits.values().stream()
                        .flatMap(ofPermits -> ofPermits.slots.stream())
                        .filter(key::equals)
                        .findFirst()
                        .orElse(key);
    }

    /** Who in this JVM holds the keys of a request, as words of a message. */
    String inTheWay(Claim claim) {
        String holders = claim.keys().stream()
                .map(key -> find(claim, key))
                .filter(Objects::nonNull)
                .flatMap(line -> line.holds.stream())
                .filter(hold -> hold.keeper != null)
                .limit(5)
                .map(hold ->
                        "backend " + hold.keeper().backend() + ", a session of this JVM (taken in " + hold.where + ")")
                .distinct()
                .collect(Collectors.joining(", "));
        return holders.isEmpty() ? "others of this JVM hold it or wait for it" : "held by " + holders;
    }

    /** Whether a key is kept that will be released within that time. */
    boolean isAnyKeptFor(Duration most) {
        return holds().anyMatch(hold ->
                hold.state() == State.KEPT && !hold.isLost() && hold.left().compareTo(most) < 0);
    }
}
