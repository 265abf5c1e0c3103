package org.advisorylock.impl.group;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockLostException;
import org.advisorylock.LockMode;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.hold.Handle;
import org.advisorylock.impl.session.hold.LosableHandle;
import org.jspecify.annotations.Nullable;

/** What one acquire gave on a group: held as long as a majority of its members holds. */
final class GroupHandle implements LosableHandle {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** Others who ask in vain keep a member for no longer than it takes them to find out. */
    private static final Duration FIRST_REPAIR = Duration.ofMillis(5);

    private enum State {
        OPEN,
        CLOSED,
        LOST
    }

    private final Group group;
    private final Claim request;
    private final Thread owner;
    private final String place;
    private final long since = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock asking = new ReentrantLock();
    private final Map<Member, Handle> held;
    private final Set<Member> asked = ConcurrentHashMap.newKeySet();
    private final List<Runnable> actions = new ArrayList<>();
    private Duration atLeast = Duration.ZERO;
    private boolean repairing;
    private volatile String loss = "its handle is closed";
    private volatile State state = State.OPEN;
    private long token;

    /** @param held a majority */
    GroupHandle(Group group, Claim request, Thread owner, String place, Map<Member, Handle> held) {
        this.group = group;
        this.request = request;
        this.owner = owner;
        this.place = place;
        this.held = new LinkedHashMap<>(held);
    }

    /** Watches over what it holds from now on. */
    void watch() {
        group.opened(this);
        held().forEach((member, handle) -> handle.onLost(() -> lost(member, handle)));
        repairLater(FIRST_REPAIR);
    }

    private Map<Member, Handle> held() {
        lock.lock();
        try {
            return new LinkedHashMap<>(held);
        } finally {
            lock.unlock();
        }
    }

    /** A member that granted too late to be waited for, or that lost the lock and has it again. */
    void admit(Member member, Handle handle) {
        // Others may have had the lock before this member granted it, unless the majority of before lives still.
        boolean unbroken = isMajorityAlive();
        boolean added = false;
        lock.lock();
        try {
            added = unbroken && state == State.OPEN && group.isMajority(held.keySet()) && !held.containsKey(member);
            if (added) {
                held.put(member, handle);
                handle.holdAtLeast(atLeast.minusNanos(Math.min(atLeast.toNanos(), System.nanoTime() - since)));
            }
        } finally {
            lock.unlock();
        }
        if (added) {
            handle.onLost(() -> lost(member, handle));
        } else {
            handle.close();
        }
    }

    private boolean isMajorityAlive() {
        Map<Member, Handle> asked = held();
        return group.voters().stream().allMatch(list -> list.isMajorityAlive(asked, group.workers()));
    }

    private void lost(Member member, Handle handle) {
        List<Runnable> told = List.of();
        List<Handle> over = new ArrayList<>(List.of(handle));
        lock.lock();
        try {
            if (!held.remove(member, handle) || state != State.OPEN) {
                return;
            }
            if (!group.isMajority(held.keySet())) {
                loss = "of the " + group.size() + " databases of group '" + group.name() + "' only " + held.size()
                        + " hold it, the last one that was lost is " + member + " (" + handle.loss() + ")";
                state = State.LOST;
                group.over(this);
                told = List.copyOf(actions);
                actions.clear();
                over.addAll(held.values());
                held.clear();
            }
        } finally {
            lock.unlock();
        }
        told.forEach(this::run);
        group.release(over);
        repairLater(FIRST_REPAIR);
    }

    private void run(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            LOGGER.log(Level.WARNING, Message.LISTENER_FAILED.text(request, e), e);
        }
    }

    private void repairLater(Duration pause) {
        lock.lock();
        try {
            boolean needed = state == State.OPEN && held.size() < group.size();
            if (needed && !repairing) {
                repairing = true;
                group.workers().after(pause, () -> repair(pause));
            }
        } finally {
            lock.unlock();
        }
    }

    private void repair(Duration pause) {
        List<Member> missing = new ArrayList<>(group.members());
        lock.lock();
        try {
            repairing = false;
            if (state != State.OPEN) {
                return;
            }
            missing.removeAll(held.keySet());
            missing.removeAll(asked);
            asked.addAll(missing);
        } finally {
            lock.unlock();
        }
        for (Member member : missing) {
            member.ask(group.once(request), owner, place, this::repaired);
        }
        Duration twice = pause.multipliedBy(2);
        repairLater(twice.compareTo(group.heartbeat()) < 0 ? twice : group.heartbeat());
    }

    private void repaired(Member member, @Nullable Handle granted, @Nullable AdvisoryLockException why) {
        try {
            if (granted != null) {
                admit(member, granted);
            }
        } finally {
            asked.remove(member);
        }
    }

    /** Where it was taken, if a lock of its owner would wait for it, on whatever members it is now; else null. */
    @Nullable
    String placeOfConflict(Thread thread, Claim wanted) {
        boolean both = request.mode() == LockMode.SHARED && wanted.mode() == LockMode.SHARED;
        return isHeld() && owner == thread && !both && wanted.keys().stream().anyMatch(request.keys()::contains)
                ? place
                : null;
    }

    @Override
    public boolean isHeld() {
        return state == State.OPEN;
    }

    @Override
    public boolean isLost() {
        return state == State.LOST;
    }

    @Override
    public LockLostException lost() {
        return new LockLostException(Message.LOST.text(request, loss), request.keys(), null);
    }

    @Override
    public long fencingToken() {
        asking.lock();
        try {
            requireHeld();
            while (token == 0) {
                token = tokenOf(held());
            }
            requireHeld();
            return token;
        } finally {
            asking.unlock();
        }
    }

    /** 0 if one of them was lost meanwhile and others hold it: they can be asked. */
    private long tokenOf(Map<Member, Handle> asked) {
        try {
            return new GroupToken(group, request).of(asked);
        } catch (AdvisoryLockException e) {
            // Who asks is answered before a loss is told.
            asked.forEach((member, handle) -> {
                if (handle.isLost()) {
                    lost(member, handle);
                }
            });
            requireHeld();
            if (held().equals(asked)) {
                throw e;
            }
            return 0;
        }
    }

    private void requireHeld() {
        if (!isHeld()) {
            throw lost();
        }
    }

    @Override
    public void onLost(Runnable action) {
        boolean atOnce;
        lock.lock();
        try {
            atOnce = state == State.LOST;
            if (state == State.OPEN) {
                actions.add(action);
            }
        } finally {
            lock.unlock();
        }
        if (atOnce) {
            run(action);
        }
    }

    @Override
    public void holdAtLeast(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(Message.BAD_WAIT.text(time, Claim.LONGEST_WAIT_MILLIS));
        }
        lock.lock();
        try {
            atLeast = time.compareTo(atLeast) > 0 ? time : atLeast;
            held.values().forEach(handle -> handle.holdAtLeast(time));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        List<Handle> rest;
        lock.lock();
        try {
            if (state != State.OPEN) {
                return;
            }
            state = State.CLOSED;
            group.over(this);
            actions.clear();
            rest = List.copyOf(held.values());
            held.clear();
        } finally {
            lock.unlock();
        }
        group.releaseAndWait(rest);
        group.wake(request);
    }

    @Override
    public String toString() {
        return request + " on " + held().size() + " of " + group.size() + " databases of group '" + group.name() + "'";
    }
}
