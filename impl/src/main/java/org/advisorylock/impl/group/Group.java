package org.advisorylock.impl.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockGuardException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.event.Story;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.impl.session.DatabaseLocks;
import org.advisorylock.impl.session.SeveralLocks;
import org.advisorylock.impl.session.Source;
import org.advisorylock.impl.session.TransactionsOfThread;
import org.advisorylock.impl.session.hold.QueuedRequest;
import org.advisorylock.impl.session.link.Workers;
import org.jspecify.annotations.Nullable;

/**
 * Several databases that do not know each other, used as one lock. A JVM holds the lock when a majority of the
 * databases has granted it. Two majorities have a member in common, and that member grants the lock once.
 *
 * <p>The way of one acquire: this JVM shows itself on all members ({@link Roster}), waits for its turn among its own
 * threads ({@link Turns}) and among the JVMs ({@link Door}), asks all members until a majority grants
 * ({@link GroupAttempt}), and watches over what it holds then ({@link GroupHandle}).
 */
public final class Group implements SeveralLocks {

    private static final LongSupplier CLOCK = System::nanoTime;

    private final Members members;
    private final RosterEntries entries;
    private final Roster roster;
    private final Turns turns;
    private final TransactionsOfThread transactions;
    private final Set<GroupHandle> open = ConcurrentHashMap.newKeySet();

    /** What listeners hear of the open locks. Empty if nobody listens. */
    private final Map<GroupHandle, Story> stories = new ConcurrentHashMap<>();

    /** @param requireOpen throws once the application has ended */
    public Group(
            Source.Several source,
            Function<Source.One, DatabaseLocks> databases,
            Workers workers,
            SessionTimeouts timeouts,
            TransactionsOfThread transactions,
            Consumer<Claim> requireOpen) {
        this.members = new Members(source, databases, workers, timeouts, CLOCK);
        this.entries = new RosterEntries(members.group());
        this.roster = new Roster(members, entries, () -> !open.isEmpty(), requireOpen);
        this.turns = new Turns(workers, CLOCK);
        this.transactions = transactions;
    }

    @Override
    public GroupHandle acquire(Claim claim, String place, @Nullable Story story) {
        requireNoPermit(claim);
        GroupRequest request = new GroupRequest(claim, place, story, CLOCK);
        GroupHandle handle = null;
        roster.join();
        try {
            roster.gather(claim);
            requireNoWaitForOwnTransaction(request);
            handle = take(request);
        } finally {
            if (handle == null) {
                roster.leave();
            }
        }
        return watch(request, handle);
    }

    private void requireNoPermit(Claim claim) {
        if (claim.isForPermit()) {
            String text = CallMessage.GROUP_HAS_NO_PERMITS.text(claim, members.group());
            throw new LockGuardException(text, claim.keys(), null);
        }
    }

    private void requireNoWaitForOwnTransaction(GroupRequest request) {
        Claim claim = request.claim();
        List<String> places = new ArrayList<>();
        List<Member> free = new ArrayList<>();
        for (Member member : members.all()) {
            String identity = member.sessions().identity();
            String conflict = identity.isEmpty() ? null : transactions.placeOfConflict(identity, claim);
            if (conflict == null) {
                free.add(member);
            } else {
                places.add(conflict);
            }
        }
        if (!members.isMajority(free)) {
            String text = CallMessage.SELF_DEADLOCK_WITH_TRANSACTION.text(claim, places.get(0), request.place());
            throw new SelfDeadlockException(text, claim.keys(), null);
        }
    }

    private GroupHandle take(GroupRequest request) {
        if (ownsAny(request)) {
            return attempt(request, Door.none(members, request)).run();
        }
        QueuedRequest turn = turn(request);
        try {
            Door door = request.claim().isImmediate()
                    ? Door.none(members, request)
                    : Door.of(members, roster::isShown, request, entries);
            return attempt(request, door).run();
        } finally {
            turns.giveBack(turn);
        }
    }

    private GroupAttempt attempt(GroupRequest request, Door door) {
        return new GroupAttempt(members, roster, turns, request, door, handle -> ended(request, handle));
    }

    private boolean ownsAny(GroupRequest request) {
        return members.all().stream().anyMatch(member -> member.sessions()
                .holds()
                .ownsAny(request.owner(), request.claim().keys()));
    }

    private QueuedRequest turn(GroupRequest request) {
        try {
            QueuedRequest turn = turns.take(request);
            if (turn != null) {
                return turn;
            }
        } catch (InterruptedException e) {
            throw request.interrupted();
        }
        throw request.noTurn();
    }

    private GroupHandle watch(GroupRequest request, GroupHandle handle) {
        Story story = request.story();
        if (story != null && !ownsAll(request)) {
            story.grant(1);
            stories.put(handle, story);
        }
        open.add(handle);
        try {
            handle.watch();
            return handle;
        } catch (Throwable e) {
            handle.close();
            throw e;
        }
    }

    private void ended(GroupRequest request, GroupHandle handle) {
        open.remove(handle);
        roster.leave();
        if (!handle.isLost()) {
            turns.wake(request.claim());
        }
        Story story = stories.remove(handle);
        if (story != null) {
            tellEnd(story, request, handle.isLost());
        }
    }

    /** Whether its thread holds all the keys already. */
    private boolean ownsAll(GroupRequest request) {
        return request.claim().keys().stream().allMatch(key -> heir(request, key) != null);
    }

    /** A lock of the same thread on a key. Null if there is none. */
    private @Nullable GroupHandle heir(GroupRequest request, AdvisoryLockKey key) {
        Claim wanted = request.claim().forKeys(List.of(key)).exclusively();
        return open.stream()
                .filter(handle -> handle.placeOfConflict(request.owner(), wanted) != null)
                .findAny()
                .orElse(null);
    }

    /** If the thread has taken the lock again and still holds it, the story goes on. */
    private void tellEnd(Story story, GroupRequest request, boolean lost) {
        GroupHandle heir = lost ? null : heir(request, request.claim().keys().get(0));
        if (heir != null) {
            stories.put(heir, story);
        } else if (lost) {
            story.lose();
            members.workers().execute(story::tellEnd);
        } else {
            story.end();
            story.tellEnd();
        }
    }

    /**
     * Where the current thread took a lock for which its transaction would wait in a member's database. Null if
     * nowhere. The member may not have granted the lock yet: the handle asks it again and again, so it could grant it
     * before the transaction asks.
     */
    @Override
    public @Nullable String placeOfConflict(String database, Claim wanted) {
        // If a transaction of this thread has the key, the member cannot grant it to the handle.
        if (members.all().stream().noneMatch(member -> member.is(database))
                || transactions.placeOfConflict(database, wanted) != null) {
            return null;
        }
        Thread thread = Thread.currentThread();
        return open.stream()
                .map(handle -> handle.placeOfConflict(thread, wanted))
                .filter(Objects::nonNull)
                .findAny()
                .orElse(null);
    }
}
