package org.advisorylock.impl.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockEvent.WaitPlace;
import org.advisorylock.LockGuardException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.impl.postgres.Wording;
import org.advisorylock.impl.session.hold.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Takes one request through a group, in rounds. In a round it asks all members at once. If no majority grants, it
 * releases everything before the next round. In the first round it also knocks at the {@link Door}. If others stand
 * there in line, it waits there too. The pause between two rounds is random. Otherwise two requests could divide the
 * members for ever, when no door can be asked.
 */
final class GroupAttempt {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);

    /** Only one request in all JVMs has the door, so it may ask often. */
    private static final Duration LONGEST_PAUSE_WITH_DOOR = Duration.ofMillis(200);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Members members;
    private final Roster roster;
    private final Turns turns;
    private final GroupRequest request;
    private final Door door;
    private final Consumer<GroupHandle> ended;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** The members that are asked. Each completes when it has answered and nothing of a late grant is left there. */
    private final Map<Member, CompletableFuture<Void>> pending = new LinkedHashMap<>();

    private final Map<Member, Handle> granted = new LinkedHashMap<>();
    /** What each member answered in this round. Null if it granted. */
    private final Map<Member, @Nullable AdvisoryLockException> said = new LinkedHashMap<>();

    private boolean asking;
    private @Nullable GroupHandle result;

    /** @param ended is told once when the lock is not held any more */
    GroupAttempt(
            Members members, Roster roster, Turns turns, GroupRequest request, Door door, Consumer<GroupHandle> ended) {
        this.members = members;
        this.roster = roster;
        this.turns = turns;
        this.request = request;
        this.door = door;
        this.ended = ended;
    }

    /** Takes all keys or none. */
    GroupHandle run() {
        GroupHandle got = null;
        try {
            door.knock();
            got = rounds();
            return got;
        } catch (InterruptedException e) {
            settle();
            throw request.interrupted();
        } finally {
            CompletableFuture<?> left = door.leave();
            if (got == null) {
                members.await(left);
            }
        }
    }

    private GroupHandle rounds() throws InterruptedException {
        Duration patience = request.claim().isImmediate() ? members.heartbeat() : members.usualAnswer();
        Duration pause = FIRST_PAUSE;
        GroupHandle got = round(patience);
        while (got == null) {
            if (request.isOver() && !door.isRefused()) {
                throw request.noMajority(members, answers());
            }
            request.waits(WaitPlace.SERVER);
            boolean asksAlone = door.isMine();
            if (asksAlone || !door.await()) {
                pause(pause);
                pause = SessionTimeouts.shorter(
                        pause.multipliedBy(2), asksAlone ? LONGEST_PAUSE_WITH_DOOR : LONGEST_PAUSE);
            } else if (door.isMine()) {
                pause = FIRST_PAUSE;
            }
            patience = SessionTimeouts.shorter(patience.multipliedBy(2), members.heartbeat());
            got = round(patience);
        }
        return got;
    }

    private void pause(Duration longest) throws InterruptedException {
        long random = ThreadLocalRandom.current().nextLong(longest.toNanos() / 4, longest.toNanos());
        turns.pause(request.claim(), Math.min(random, request.nanosLeft()));
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private @Nullable GroupHandle round(Duration patience) throws InterruptedException {
        for (Member member : begin()) {
            roster.ask(member, request, this::receive);
        }
        long began = members.now();
        long longest = Math.min(patience.toNanos(), Math.max(Member.SILENCE.toNanos(), request.nanosLeft()));
        boolean done = false;
        try {
            done = door.opens(longest) && hasMajority(began, longest);
            return done ? result : null;
        } finally {
            if (!done) {
                members.releaseAndWait(giveUp());
            }
        }
    }

    /** Returns the members to ask: all that have no question under way. */
    private List<Member> begin() {
        lock.lock();
        try {
            asking = true;
            said.clear();
            List<Member> asked = new ArrayList<>(members.all());
            asked.removeAll(pending.keySet());
            asked.forEach(member -> pending.put(member, new CompletableFuture<>()));
            return asked;
        } finally {
            lock.unlock();
        }
    }

    private void receive(Member member, @Nullable Handle handle, @Nullable AdvisoryLockException why) {
        GroupHandle late;
        lock.lock();
        try {
            late = result;
            boolean counts = handle != null && asking && late == null;
            if (handle != null && counts) {
                granted.put(member, handle);
            }
            if (handle == null || counts) {
                answered(member, why);
                return;
            }
        } finally {
            lock.unlock();
        }
        try {
            if (late == null) {
                handle.close();
            } else {
                late.admit(member, handle);
            }
        } finally {
            lock.lock();
            try {
                answered(member, why);
            } finally {
                lock.unlock();
            }
        }
    }

    private void answered(Member member, @Nullable AdvisoryLockException why) {
        CompletableFuture<Void> question = pending.remove(member);
        said.put(member, why);
        changed.signalAll();
        if (question != null) {
            question.complete(null);
        }
    }

    private boolean hasMajority(long began, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = began + nanos - members.now();
            while (!members.isMajority(granted.keySet()) && mayBeMajority()) {
                if (left <= 0) {
                    String silent = "no answer within " + Wording.describe(Duration.ofNanos(nanos));
                    pending.keySet().forEach(member -> member.markAway(silent));
                    break;
                }
                left = changed.awaitNanos(left);
            }
            if (!members.isMajority(granted.keySet())) {
                requirePossible();
                return false;
            }
            roster.requireAgreed(request.claim());
            result = new GroupHandle(members, roster, request, granted, ended);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean mayBeMajority() {
        Set<Member> most = new HashSet<>(pending.keySet());
        most.addAll(granted.keySet());
        return members.isMajority(most);
    }

    /** Throws an error that another round would not change, unless the other members can make a majority. */
    private void requirePossible() {
        roster.requireDistinct(request.claim());
        roster.requireAgreed(request.claim());
        List<AdvisoryLockException> lasting = new ArrayList<>();
        Set<Member> others = new HashSet<>(members.all());
        said.forEach((member, why) -> {
            if (why instanceof SelfDeadlockException || why instanceof LockGuardException) {
                lasting.add(why);
                others.remove(member);
            }
        });
        if (!members.isMajority(others)) {
            throw lasting.get(0);
        }
    }

    private List<Handle> giveUp() {
        lock.lock();
        try {
            asking = false;
            List<Handle> over = List.copyOf(granted.values());
            granted.clear();
            return over;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until no question is under way. Otherwise a late grant could be in the way of the caller's next request.
     */
    private void settle() {
        CompletableFuture<?>[] questions;
        lock.lock();
        try {
            questions = pending.values().toArray(CompletableFuture[]::new);
        } finally {
            lock.unlock();
        }
        members.await(CompletableFuture.allOf(questions));
    }

    private Map<Member, @Nullable AdvisoryLockException> answers() {
        lock.lock();
        try {
            return new LinkedHashMap<>(said);
        } finally {
            lock.unlock();
        }
    }
}
