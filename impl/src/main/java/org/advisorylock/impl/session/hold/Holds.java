package org.advisorylock.impl.session.hold;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockLostException;
import org.advisorylock.LockMode;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.hold.Hold.State;
import org.jspecify.annotations.Nullable;

/**
 * The only registry of what this JVM holds and asks for on one database, and the only exit: whatever was granted goes through {@link #letGo}, whether it was taken or not. A
 * caller owns a hold only once it has {@linkplain #take taken} it. Safe for use by several threads; what follows from a step is done
 * after it, without the lock.
 */
public final class Holds {

    /** Runs what may take long, each task in a thread of its own. */
    public interface Tasks extends Executor {
        /** Runs one later. */
        void after(Duration delay, Runnable task);
    }

    private final Tasks tasks;
    private final Duration longestTold;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<AdvisoryLockKey, Place> keys = new LinkedHashMap<>();
    private final Map<AdvisoryLockKey, Place> semaphores = new LinkedHashMap<>();
    private final List<Runnable> due = new ArrayList<>();
    private final List<Runnable> answers = new ArrayList<>();

    /** @param longestTold how long a lost key stays with its holder while that is told */
    public Holds(Tasks tasks, Duration longestTold) {
        this.tasks = tasks;
        this.longestTold = longestTold;
    }

    private <T> T step(Supplier<T> change) {
        List<Runnable> later = new ArrayList<>();
        try {
            return step(change, later);
        } finally {
            runAll(later);
        }
    }

    /** What one of them throws keeps no other from being done. */
    private static void runAll(List<Runnable> effects) {
        for (int effect = 0; effect < effects.size(); effect++) {
            try {
                effects.get(effect).run();
            } catch (Throwable e) {
                runAll(effects.subList(effect + 1, effects.size()));
                throw e;
            }
        }
    }

    /** Does not answer those who wait for the end of something. */
    private <T> T step(Supplier<T> change, List<Runnable> later) {
        List<Runnable> effects = new ArrayList<>();
        try {
            lock.lock();
            try {
                return change.get();
            } finally {
                effects.addAll(due);
                due.clear();
                later.addAll(answers);
                answers.clear();
                lock.unlock();
            }
        } finally {
            runAll(effects);
        }
    }

    /**
     * Brings a request in: its owner takes again what it has, and stands in line for the rest.
     *
     * @return whether its owner had everything already, so that nothing is asked
     * @throws SelfDeadlockException if the owner has one of the keys shared and wants it exclusive
     * @throws LockGuardException if others use the key with another number of permits
     */
    public boolean ask(Ask ask) {
        Claim claim = ask.claim();
        return step(() -> {
            requireSamePermits(claim);
            refuseUpgrade(claim, ask.owner, ask.where);
            for (AdvisoryLockKey key : claim.keys()) {
                Place place = places(claim).get(key);
                Hold mine = place == null ? null : ownedIn(place, ask.owner);
                if (mine == null) {
                    ask.ahead.add(key);
                } else {
                    mine.handles++;
                    ask.again.add(mine);
                }
            }
            if (ask.ahead.isEmpty()) {
                ask.state = Ask.State.COMPLETE;
                return true;
            }
            joinNext(ask);
            return false;
        });
    }

    private void requireSamePermits(Claim claim) {
        Place known = claim.isForPermit() ? semaphores.get(claim.keys().get(0)) : null;
        if (known != null && known.slots.size() != claim.slots().size()) {
            throw new LockGuardException(Message.OTHER_PERMITS.text(claim, known.slots.size()), claim.keys(), null);
        }
    }

    private void refuseUpgrade(Claim claim, @Nullable Thread owner, String where) {
        if (claim.isForPermit() || claim.mode() == LockMode.SHARED) {
            return;
        }
        for (AdvisoryLockKey key : claim.keys()) {
            Place place = keys.get(key);
            Hold mine = place == null ? null : ownedIn(place, owner);
            if (mine != null && mine.mode == LockMode.SHARED) {
                throw new SelfDeadlockException(
                        Message.SELF_DEADLOCK_OF_UPGRADE.text(claim, mine.where, where), claim.keys(), null);
            }
        }
    }

    private Map<AdvisoryLockKey, Place> places(Claim claim) {
        return claim.isForPermit() ? semaphores : keys;
    }

    /** A place is looked up when it is joined: until then it may be forgotten and made anew. */
    private void joinNext(Ask ask) {
        Claim claim = ask.claim();
        Place place = places(claim).computeIfAbsent(ask.ahead.get(0), key -> new Place(key, claim.slots()));
        place.join(ask);
        admit(place);
    }

    private static @Nullable Hold ownedIn(Place place, @Nullable Thread owner) {
        for (Hold hold : place.holds) {
            if (hold.isOwnedBy(owner) && !hold.isLost()) {
                return hold;
            }
        }
        return null;
    }

    /** Lets those have their turn at a place whose it is. */
    private void admit(Place place) {
        for (Ask next = place.next(); next != null; next = place.next()) {
            Claim claim = next.claim();
            Hold hold = new Hold(place, claim.isForPermit() ? null : place.key, claim.mode(), next.where);
            hold.asked = next;
            place.holds.add(hold);
            next.own.add(hold);
            next.ahead.remove(0);
            if (next.ahead.isEmpty()) {
                next.state = Ask.State.ASKING;
                due.add(place.isContended(next) ? next.asker::turnLater : next.asker::turn);
            } else {
                joinNext(next);
            }
        }
        forgetIfEmpty(place);
    }

    private void forgetIfEmpty(Place place) {
        if (place.isEmpty()) {
            (place.slots.isEmpty() ? keys : semaphores).remove(place.key, place);
        }
    }

    /** The keys that a request has its turn for and was not granted yet, in order; of a permit, the slots that are not used here. */
    public List<AdvisoryLockKey> wanted(Ask ask) {
        return step(() -> ask.claim().isForPermit()
                ? ask.own.get(0).place.unused(ask)
                : ask.own.stream()
                        .filter(hold -> hold.state() == State.ASKED)
                        .map(Hold::key)
                        .toList());
    }

    /** Notes, in the session's thread, that it has the first so many of the keys that are wanted. */
    public void granted(Ask ask, int many, Keeper keeper) {
        step(() -> {
            ask.own.stream()
                    .filter(hold -> hold.state() == State.ASKED)
                    .limit(many)
                    .toList()
                    .forEach(hold -> grant(hold, keeper));
            return afterGrant(ask);
        });
    }

    /** The same of one slot of a permit. */
    public void granted(Ask ask, AdvisoryLockKey slot, Keeper keeper) {
        step(() -> {
            Hold hold = ask.own.get(0);
            hold.key = slot;
            hold.place.granted(ask, slot);
            grant(hold, keeper);
            return afterGrant(ask);
        });
    }

    /** Notes that no slot was free of those that were wanted. */
    public void missed(Ask ask) {
        step(() -> {
            ask.own.forEach(hold -> hold.place.missed(ask));
            return true;
        });
    }

    private void grant(Hold hold, Keeper keeper) {
        hold.keeper = keeper;
        hold.become(State.GRANTED);
        if (keeper.loss() != null) {
            lose(hold);
        }
    }

    /** Whether it has all that it asked for. */
    private boolean afterGrant(Ask ask) {
        boolean complete = ask.own.stream().noneMatch(hold -> hold.state() == State.ASKED);
        if (complete && ask.state == Ask.State.ASKING) {
            ask.state = Ask.State.COMPLETE;
            ask.own.forEach(hold -> settle(hold.place, ask));
        }
        if (ask.abandoned) {
            end(ask);
        }
        return complete;
    }

    private void settle(Place place, Ask ask) {
        place.settle(ask);
        admit(place);
    }

    /** Whether all is granted, or was the owner's already, so that it may be {@linkplain #take taken}. */
    public boolean isComplete(Ask ask) {
        return step(() -> ask.state == Ask.State.COMPLETE);
    }

    /**
     * Has the caller own what was granted; null if it was given up before.
     *
     * @throws LockLostException if a session that keeps a part of it was lost meanwhile
     */
    public @Nullable Handle take(Ask ask) {
        return step(() -> {
            if (ask.state != Ask.State.COMPLETE) {
                return null;
            }
            Stream.concat(ask.own.stream(), ask.again.stream())
                    .filter(Hold::isLost)
                    .forEach(hold -> ask.loss = hold.loss());
            if (ask.loss != null) {
                end(ask);
                throw new LockLostException(
                        Message.LOST.text(ask.claim(), ask.loss), ask.claim().keys(), null);
            }
            ask.state = Ask.State.TAKEN;
            for (Hold hold : ask.own) {
                hold.become(State.HELD);
                hold.asked = null;
                hold.owner = ask.owner;
                hold.handles = ask.owner == null ? 0 : 1;
                hold.detached = ask.owner == null ? 1 : 0;
            }
            List<Hold> all = new ArrayList<>(ask.again);
            all.addAll(ask.own);
            return new Handle(this, ask.claim(), all, ask.owner == null);
        });
    }

    /** Gives a request up that is in line still; false if it has had its turn. */
    public boolean withdraw(Ask ask) {
        return step(() -> {
            boolean inLine = ask.state == Ask.State.IN_LINE;
            if (inLine) {
                end(ask);
            }
            return inLine;
        });
    }

    /** Its caller does not want it any more. If the server is being asked, {@link #granted} or {@link #refuse} end it. */
    public void abandon(Ask ask) {
        step(() -> {
            ask.abandoned = true;
            if (ask.state == Ask.State.IN_LINE || ask.state == Ask.State.COMPLETE) {
                end(ask);
            }
            return true;
        });
    }

    /** Ends a request for which the server is not being asked any more; what was granted of it is let go. */
    public void refuse(Ask ask) {
        step(() -> {
            if (ask.state == Ask.State.ASKING || ask.state == Ask.State.COMPLETE) {
                end(ask);
            }
            return true;
        });
    }

    private void end(Ask ask) {
        ask.state = Ask.State.OVER;
        List<Hold> exit = new ArrayList<>();
        for (Hold hold : List.copyOf(ask.own)) {
            hold.place.settle(ask);
            if (hold.state() == State.ASKED) {
                free(hold);
            } else if (hold.state() == State.GRANTED) {
                exit.add(hold);
            }
        }
        List<Hold> over = new ArrayList<>();
        for (Hold hold : ask.again) {
            hold.handles--;
            if (isOver(hold)) {
                over.add(hold);
            }
        }
        boolean unused = keep(over);
        Place inLine = ask.ahead.isEmpty() ? null : places(ask.claim()).get(ask.ahead.get(0));
        if (inLine != null) {
            inLine.leave(ask);
            admit(inLine);
        }
        letGo(exit);
        finishIfNothingIsLeft(ask);
    }

    private void finishIfNothingIsLeft(Ask ask) {
        if (ask.state == Ask.State.OVER && ask.own.isEmpty()) {
            answers.add(() -> ask.over.complete(true));
        }
    }

    private static boolean isOver(Hold hold) {
        if (hold.handles == 0) {
            hold.owner = null;
        }
        return hold.handles == 0 && hold.detached == 0 && hold.state() == State.HELD;
    }

    /** The one exit. */
    private void letGo(List<Hold> holds) {
        Map<Keeper, List<Hold>> byKeeper = new LinkedHashMap<>();
        for (Hold hold : holds) {
            hold.become(State.RELEASING);
            byKeeper.computeIfAbsent(hold.keeper(), any -> new ArrayList<>()).add(hold);
        }
        byKeeper.forEach((keeper, all) -> due.add(() -> keeper.release(all)));
    }

    /** Closes a handle; complete when the last one's keys are free, or kept for a while. */
    CompletableFuture<?> close(Handle handle) {
        return step(() -> {
            List<Hold> exit = new ArrayList<>();
            for (Hold hold : handle.holds()) {
                hold.forget(handle);
                if (handle.isDetached()) {
                    hold.detached--;
                } else {
                    hold.handles--;
                }
                if (isOver(hold)) {
                    exit.add(hold);
                }
            }
            return keep(exit)
                    ? CompletableFuture.completedFuture(true)
                    : CompletableFuture.allOf(
                            exit.stream().map(hold -> hold.free).toArray(CompletableFuture[]::new));
        });
    }

    /** Lets go what nobody has any more, or keeps it for as long as it must be; tells which. */
    private boolean keep(List<Hold> over) {
        Duration left = over.stream().map(Hold::left).max(Duration::compareTo).orElse(Duration.ZERO);
        boolean kept = left.compareTo(Duration.ZERO) > 0;
        if (kept) {
            over.forEach(hold -> hold.become(State.KEPT));
            due.add(() -> tasks.after(left, () -> endKept(over)));
        } else {
            letGo(over);
        }
        return kept;
    }

    private void endKept(List<Hold> holds) {
        step(() -> {
            letGo(holds.stream().filter(hold -> hold.state() == State.KEPT).toList());
            return true;
        });
    }

    /**
     * Notes, in the session's thread, that it has let go.
     *
     * @return what answers those who wait for that
     */
    public List<Runnable> released(List<Hold> holds) {
        List<Runnable> later = new ArrayList<>();
        step(
                () -> {
                    holds.stream()
                            .filter(hold -> hold.state() == State.RELEASING)
                            .forEach(this::free);
                    return true;
                },
                later);
        return later;
    }

    private void free(Hold hold) {
        hold.become(State.FREE);
        hold.place.holds.remove(hold);
        answers.add(() -> hold.free.complete(true));
        boolean isSlot = !hold.place.slots.isEmpty() && hold.key != null;
        Ask waiting = isSlot ? hold.place.freed(hold.key()) : null;
        if (waiting != null) {
            due.add(waiting.asker::freed);
        }
        admit(hold.place);
        Ask asked = hold.asked;
        if (asked != null) {
            asked.own.remove(hold);
            finishIfNothingIsLeft(asked);
        }
    }

    /** Notes that a session ended, with all that it kept: each holder is told in a task of its own. */
    public void lost(Keeper keeper) {
        step(() -> {
            Stream.concat(keys.values().stream(), semaphores.values().stream())
                    .flatMap(place -> place.holds.stream())
                    .filter(hold -> hold.keeper == keeper)
                    .toList()
                    .stream()
                    .filter(hold -> hold.state() != State.LOST)
                    .forEach(this::lose);
            return true;
        });
    }

    private void lose(Hold hold) {
        hold.become(State.LOST);
        hold.owner = null;
        if (hold.asked != null) {
            hold.asked.loss = hold.loss();
        }
        List<Runnable> actions = hold.takeActions();
        if (actions.isEmpty()) {
            free(hold);
            return;
        }
        due.add(() -> tasks.execute(() -> {
            try {
                actions.forEach(Runnable::run);
            } finally {
                freeLost(hold);
            }
        }));
        due.add(() -> tasks.after(longestTold, () -> freeLost(hold)));
    }

    private void freeLost(Hold hold) {
        step(() -> {
            if (hold.state() == State.LOST) {
                free(hold);
            }
            return true;
        });
    }

    /** Has an action run when one of a handle's keys is lost; false if that has happened, or the handle is closed. */
    boolean onLost(Handle handle, Runnable action) {
        return step(() -> {
            boolean held = handle.holds().stream().allMatch(hold -> hold.state() == State.HELD);
            if (held) {
                handle.holds().forEach(hold -> hold.add(handle, action));
            }
            return held;
        });
    }

    void keep(Handle handle, Duration time) {
        step(() -> {
            handle.holds().forEach(hold -> hold.keep(time));
            return true;
        });
    }

    /** Has no thread own the holds of a handle by that: they count on, but let no thread take the keys again. */
    void detach(Handle handle) {
        step(() -> {
            for (Hold hold : handle.holds()) {
                hold.detached++;
                hold.handles--;
                if (hold.handles == 0) {
                    hold.owner = null;
                }
            }
            handle.becomeDetached();
            return true;
        });
    }

    /** Whether a thread has one of these keys. */
    public boolean ownsAny(@Nullable Thread owner, List<AdvisoryLockKey> some) {
        return step(() ->
                some.stream().map(keys::get).filter(Objects::nonNull).anyMatch(place -> ownedIn(place, owner) != null));
    }

    /** Where a thread has taken a key so that it would wait for itself now; null if nowhere. */
    public @Nullable String placeOfConflict(Thread thread, AdvisoryLockKey key, LockMode wanted) {
        return step(() -> {
            Place place = keys.get(key);
            Hold mine = place == null ? null : ownedIn(place, thread);
            return mine != null && (mine.mode == LockMode.EXCLUSIVE || wanted == LockMode.EXCLUSIVE)
                    ? mine.where
                    : null;
        });
    }

    /** The same key, with its text if this JVM has it or waits for it. */
    public AdvisoryLockKey named(AdvisoryLockKey key) {
        return step(() -> {
            Place place = keys.get(key);
            return place == null ? key : place.key;
        });
    }

    /** Who of this JVM is in the way of a request, for people. */
    public String inTheWay(Claim claim) {
        return step(() -> {
            String places = claim.keys().stream()
                    .map(places(claim)::get)
                    .filter(Objects::nonNull)
                    .flatMap(place -> place.holds.stream())
                    .filter(hold -> hold.keeper != null)
                    .limit(5)
                    .map(hold -> "backend " + hold.keeper().backend() + ", a session of this JVM (taken in "
                            + hold.where + ")")
                    .distinct()
                    .collect(Collectors.joining(", "));
            return places.isEmpty() ? "others of this JVM hold it or wait for it" : "held by " + places;
        });
    }

    /** Whether something is kept that is let go within that time. */
    public boolean isAnyKeptFor(Duration most) {
        return step(() -> Stream.concat(keys.values().stream(), semaphores.values().stream())
                .flatMap(place -> place.holds.stream())
                .anyMatch(hold -> hold.state() == State.KEPT
                        && !hold.isLost()
                        && hold.left().compareTo(most) < 0));
    }

    /** Whether nothing is held or asked for. */
    public boolean isIdle() {
        return step(() -> keys.isEmpty() && semaphores.isEmpty());
    }
}
