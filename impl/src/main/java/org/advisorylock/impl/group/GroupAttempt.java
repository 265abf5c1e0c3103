package org.advisorylock.impl.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockGuardException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.Texts;
import org.advisorylock.impl.session.hold.Failures;
import org.advisorylock.impl.session.hold.Handle;
import org.jspecify.annotations.Nullable;

/**
 * One request's way through a group, in rounds: all members are asked at once, and if no majority grants, all is let go before the next round. The pause between is
 * random, so that two who always divide the members do not do so for ever.
 */
final class GroupAttempt {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Group group;
    private final Claim request;
    private final String place;
    private final long began;
    private final Thread owner = Thread.currentThread();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Member> pending = new HashSet<>();
    private final Map<Member, Handle> granted = new LinkedHashMap<>();
    /** What each member said in this round; null where it granted. */
    private final Map<Member, @Nullable AdvisoryLockException> said = new LinkedHashMap<>();

    private boolean asking;
    private @Nullable GroupHandle result;

    GroupAttempt(Group group, Claim request, String place, long began) {
        this.group = group;
        this.request = request;
        this.place = place;
        this.began = began;
    }

    /** Takes all keys or none. */
    GroupHandle run() {
        Duration patience = request.isImmediate() ? group.heartbeat() : shorter(Member.SILENCE, group.heartbeat());
        Duration pause = FIRST_PAUSE;
        while (true) {
            GroupHandle got = round(patience);
            if (got != null) {
                return watched(got);
            }
            if (isOver()) {
                throw GroupFailure.told(group, request, began, reasons());
            }
            long random = ThreadLocalRandom.current().nextLong(pause.toNanos() / 4, pause.toNanos());
            group.pause(request, Math.min(random, nanosLeft()));
            if (Thread.interrupted()) {
                throw interrupted();
            }
            pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
            patience = shorter(patience.multipliedBy(2), group.heartbeat());
        }
    }

    private static GroupHandle watched(GroupHandle got) {
        try {
            got.watch();
            return got;
        } catch (Throwable e) {
            got.close();
            throw e;
        }
    }

    private @Nullable GroupHandle round(Duration patience) {
        for (Member member : begin()) {
            member.ask(group.once(request), owner, place, this::came);
        }
        boolean done = false;
        try {
            done = hasMajority(Math.min(patience.toNanos(), Math.max(Member.SILENCE.toNanos(), nanosLeft())));
            return done ? result : null;
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            if (!done) {
                group.releaseAndWait(givenUp());
            }
        }
    }

    /** Who is to be asked: all of whom no answer is under way. */
    private List<Member> begin() {
        lock.lock();
        try {
            asking = true;
            said.clear();
            List<Member> asked = new ArrayList<>(group.members());
            asked.removeAll(pending);
            pending.addAll(asked);
            return asked;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasMajority(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (!group.isMajority(granted.keySet()) && mayBeMajority()) {
                if (left <= 0) {
                    String silent = "no answer within " + Texts.of(Duration.ofNanos(nanos));
                    pending.forEach(member -> member.isAway(silent));
                    break;
                }
                left = changed.awaitNanos(left);
            }
            if (!group.isMajority(granted.keySet())) {
                requirePossible();
                return false;
            }
            group.register().requireAgreed(request);
            result = new GroupHandle(group, request, owner, place, granted);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean mayBeMajority() {
        Set<Member> most = new HashSet<>(pending);
        most.addAll(granted.keySet());
        return group.isMajority(most);
    }

    /** Throws what another round would not change, unless the others can make a majority. */
    private void requirePossible() {
        group.register().requireDistinct(request);
        group.register().requireAgreed(request);
        List<AdvisoryLockException> lasting = new ArrayList<>();
        Set<Member> others = new HashSet<>(group.members());
        said.forEach((member, why) -> {
            if (why instanceof SelfDeadlockException || why instanceof LockGuardException) {
                lasting.add(why);
                others.remove(member);
            }
        });
        if (!group.isMajority(others)) {
            throw lasting.get(0);
        }
    }

    private List<Handle> givenUp() {
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

    private void came(Member member, @Nullable Handle handle, @Nullable AdvisoryLockException why) {
        GroupHandle late;
        boolean counts;
        lock.lock();
        try {
            pending.remove(member);
            said.put(member, why);
            late = result;
            counts = handle != null && asking && late == null;
            if (handle != null && counts) {
                granted.put(member, handle);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (handle != null && late != null) {
            late.admit(member, handle);
        } else if (handle != null && !counts) {
            handle.close();
        }
    }

    private Map<Member, @Nullable AdvisoryLockException> reasons() {
        lock.lock();
        try {
            return new LinkedHashMap<>(said);
        } finally {
            lock.unlock();
        }
    }

    private AdvisoryLockException interrupted() {
        owner.interrupt();
        return Failures.interrupted(request, Group.since(began));
    }

    private boolean isOver() {
        return request.isImmediate() || nanosLeft() <= 0;
    }

    private long nanosLeft() {
        return request.isUnlimited()
                ? Long.MAX_VALUE
                : TimeUnit.MILLISECONDS.toNanos(request.waitMillis()) - (System.nanoTime() - began);
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
