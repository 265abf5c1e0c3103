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
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockLostException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.LogMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.impl.session.hold.Handle;
import org.advisorylock.impl.session.hold.LosableHandle;
import org.jspecify.annotations.Nullable;

/** The lock of one acquire on a group. It is held as long as a majority of the members holds it. */
final class GroupHandle implements LosableHandle {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** A refused request of others keeps a member only for the moment in which they notice that. */
    private static final Duration FIRST_REPAIR = Duration.ofMillis(5);

    private enum HandleState {
        OPEN,
        CLOSED,
        LOST
    }

    private final Members members;
    private final Roster roster;
    private final GroupRequest request;
    private final Claim claim;
    private final Consumer<GroupHandle> ended;
    private final long since;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock askingToken = new ReentrantLock();
    private final Map<Member, Handle> held;
    private final Set<Member> asked = ConcurrentHashMap.newKeySet();
    private final List<Runnable> actions = new ArrayList<>();
    private Duration atLeast = Duration.ZERO;
    private boolean repairing;
    private volatile String loss = "its handle is closed";
    private volatile HandleState state = HandleState.OPEN;
    private long token;

    /**
     * A lock that is not watched yet.
     *
     * @param held a majority
     * @param ended is told once when it is not held any more
     */
    GroupHandle(
            Members members,
            Roster roster,
            GroupRequest request,
            Map<Member, Handle> held,
            Consumer<GroupHandle> ended) {
        this.members = members;
        this.since = members.now();
        this.roster = roster;
        this.request = request;
        this.claim = request.claim();
        this.held = new LinkedHashMap<>(held);
        this.ended = ended;
    }

    /** Watches the lock from now on. */
    void watch() {
        held().forEach((member, handle) -> handle.onLost(() -> lose(member, handle)));
        repairLater(FIRST_REPAIR);
    }

    private <T> T locked(Supplier<T> step) {
        lock.lock();
        try {
            return step.get();
        } finally {
            lock.unlock();
        }
    }

    private Map<Member, Handle> held() {
        return locked(() -> new LinkedHashMap<>(held));
    }

    /** Adds a member that granted too late, or that lost the lock and has granted it again. */
    void admit(Member member, Handle handle) {
        // Others may have had the lock before this member granted it, unless a majority has held it all the time.
        if (members.isMajorityAlive(held()) && locked(() -> add(member, handle))) {
            handle.onLost(() -> lose(member, handle));
        } else {
            handle.close();
        }
    }

    private boolean add(Member member, Handle handle) {
        boolean added = state == HandleState.OPEN && members.isMajority(held.keySet()) && !held.containsKey(member);
        if (added) {
            held.put(member, handle);
            handle.holdAtLeast(atLeast.minusNanos(Math.min(atLeast.toNanos(), members.now() - since)));
        }
        return added;
    }

    private void lose(Member member, Handle handle) {
        List<Runnable> told = new ArrayList<>();
        List<Handle> over = locked(() -> remove(member, handle, told));
        if (!over.isEmpty()) {
            told.forEach(this::run);
            members.release(over);
            repairLater(FIRST_REPAIR);
        }
    }

    /** Returns the handles to release, and adds the actions to run. */
    private List<Handle> remove(Member member, Handle handle, List<Runnable> told) {
        List<Handle> over = new ArrayList<>();
        if (state == HandleState.OPEN && held.remove(member, handle)) {
            over.add(handle);
            if (!members.isMajority(held.keySet())) {
                loss = "of the " + members.size() + " databases of group '" + members.group() + "' only " + held.size()
                        + " hold it, the last one that was lost is " + member + " (" + handle.loss() + ")";
                told.add(() -> ended.accept(this));
                told.addAll(actions);
                over.addAll(end(HandleState.LOST));
            }
        }
        return over;
    }

    private List<Handle> end(HandleState how) {
        state = how;
        actions.clear();
        List<Handle> rest = List.copyOf(held.values());
        held.clear();
        return rest;
    }

    private void run(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            LOGGER.log(Level.WARNING, LogMessage.LISTENER_FAILED.text(claim, e), e);
        }
    }

    private void repairLater(Duration pause) {
        boolean needed = locked(() -> {
            boolean incomplete = state == HandleState.OPEN && held.size() < members.size() && !repairing;
            repairing |= incomplete;
            return incomplete;
        });
        if (needed) {
            members.workers().after(pause, () -> repair(pause));
        }
    }

    private void repair(Duration pause) {
        locked(this::missing).forEach(member -> roster.ask(member, request, this::receive));
        repairLater(SessionTimeouts.shorter(pause.multipliedBy(2), members.heartbeat()));
    }

    /** Returns the members to ask. */
    private List<Member> missing() {
        repairing = false;
        List<Member> missing = new ArrayList<>(state == HandleState.OPEN ? members.all() : List.of());
        missing.removeAll(held.keySet());
        missing.removeAll(asked);
        asked.addAll(missing);
        return missing;
    }

    private void receive(Member member, @Nullable Handle granted, @Nullable AdvisoryLockException why) {
        try {
            if (granted != null) {
                admit(member, granted);
            }
        } finally {
            asked.remove(member);
        }
    }

    /** Where the lock was taken, if another lock of its owner would wait for it on any member. Null otherwise. */
    @Nullable
    String placeOfConflict(Thread thread, Claim wanted) {
        boolean waits = isHeld() && request.owner() == thread && Claim.exclude(claim.mode(), wanted.mode());
        return waits && wanted.keys().stream().anyMatch(claim.keys()::contains) ? request.place() : null;
    }

    @Override
    public boolean isHeld() {
        return state == HandleState.OPEN;
    }

    @Override
    public boolean isLost() {
        return state == HandleState.LOST;
    }

    @Override
    public LockLostException lost() {
        return new LockLostException(CallMessage.LOST.text(claim, loss), claim.keys(), null);
    }

    @Override
    public long fencingToken() {
        askingToken.lock();
        try {
            requireHeld();
            while (token == 0) {
                token = tokenOf(held());
            }
            requireHeld();
            return token;
        } finally {
            askingToken.unlock();
        }
    }

    /** Returns 0 if a member lost the lock meanwhile and other members hold it. Then these can be asked. */
    private long tokenOf(Map<Member, Handle> asked) {
        try {
            return members.token(claim, asked);
        } catch (AdvisoryLockException e) {
            // The caller may get its answer before the loss is told.
            asked.forEach((member, handle) -> {
                if (handle.isLost()) {
                    lose(member, handle);
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
        boolean atOnce = locked(() -> {
            if (state == HandleState.OPEN) {
                actions.add(action);
            }
            return state == HandleState.LOST;
        });
        if (atOnce) {
            run(action);
        }
    }

    @Override
    public void holdAtLeast(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(CallMessage.BAD_WAIT.text(time, Claim.LONGEST_WAIT_MILLIS));
        }
        locked(() -> {
            atLeast = time.compareTo(atLeast) > 0 ? time : atLeast;
            held.values().forEach(handle -> handle.holdAtLeast(time));
            return true;
        });
    }

    @Override
    public void close() {
        // There is nothing to release if the lock is not held any more.
        List<Handle> rest = locked(() -> state == HandleState.OPEN ? end(HandleState.CLOSED) : List.of());
        if (!rest.isEmpty()) {
            try {
                members.releaseAndWait(rest);
            } finally {
                ended.accept(this);
            }
        }
    }

    @Override
    public String toString() {
        return claim + " on " + held().size() + " of " + members.size() + " databases of group '" + members.group()
                + "'";
    }
}
