package org.advisorylock.impl.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.PendingLock;
import org.advisorylock.impl.session.hold.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The place of one request in the line of all JVMs. The line is that of PostgreSQL for a lock of its own, the door, on
 * one member. Whoever has the door asks the members for the key again and again, and nobody else does. A request for
 * several keys takes the doors of all of them, so it stands in line with each request for one of them.
 *
 * <p>The door makes the line fair. It does not guard the lock. If the member of the door fails, requests go to the door
 * of the next member, and without any door they go on as well. Only the thread of the request uses it.
 */
final class Door {

    /** A shorter time would let those who wait overtake each other for no reason. */
    private static final Duration SHORTEST_SLICE = Duration.ofSeconds(5);

    private final Members members;
    private final Predicate<Member> isUsable;
    private final GroupRequest request;
    private final Claim claim;
    private final Set<Member> failed = new HashSet<>();
    private @Nullable Member at;
    private @Nullable CompletableFuture<Optional<Handle>> knocked;
    private @Nullable PendingLock inLine;
    private @Nullable Handle mine;
    private boolean refused;

    private Door(Members members, Predicate<Member> isUsable, GroupRequest request, List<AdvisoryLockKey> doors) {
        this.members = members;
        this.isUsable = isUsable;
        this.request = request;
        this.claim = Claim.of(doors, LockMode.EXCLUSIVE, AdvisoryLock.UNLIMITED)
                .forSession()
                .quietly();
    }

    /**
     * The door of a request that may wait.
     *
     * @param isShown whether this JVM is seen on a member, by a session that shows now and then that it lives
     */
    static Door of(Members members, Predicate<Member> isShown, GroupRequest request, RosterEntries entries) {
        return new Door(
                members,
                member -> member.whySilent() == null && isShown.test(member),
                request,
                entries.doors(request.claim().keys()));
    }

    /**
     * No line. A request that may not wait needs none. A request of a thread that has one of the keys must not stand
     * behind those who wait for that key.
     */
    static Door none(Members members, GroupRequest request) {
        return new Door(members, member -> false, request, request.claim().keys());
    }

    /** Tries to take the door at once. The answer comes while the members are asked for the key. */
    void knock() {
        Member first = next();
        if (first != null) {
            knocked = first.sessions()
                    .tryOnce(claim.waiting(AdvisoryLock.IMMEDIATE), request.place())
                    .toCompletableFuture();
        }
    }

    /**
     * Whether the request may go on with its round. It may not if others turn out to stand in line.
     *
     * @param nanos how long the whole round may take
     */
    boolean opens(long nanos) throws InterruptedException {
        CompletableFuture<Optional<Handle>> asked = knocked;
        if (asked == null) {
            return true;
        }
        try {
            long longest = Math.min(nanos, members.usualAnswer().toNanos());
            mine = asked.get(longest, TimeUnit.NANOSECONDS).orElse(null);
            knocked = null;
            refused = mine == null;
        } catch (ExecutionException | TimeoutException e) {
            fail();
        }
        return !refused;
    }

    /** Whether others stood in line, so that the round was not finished. */
    boolean isRefused() {
        return refused;
    }

    /** Whether the request has the door. */
    boolean isMine() {
        return mine != null && !mine.isLost();
    }

    /**
     * Waits in line for a slice of time. After that the request may go on with one round, and keeps its place. So it
     * gets a free key although a JVM that stands still has the door.
     *
     * @return false if no door could be asked
     */
    boolean await() throws InterruptedException {
        refused = false;
        long end = members.now() + slice();
        while (stand()) {
            long left = Math.min(end - members.now(), request.nanosLeft());
            if (isMine() || awaitTurn(left) || left <= 0) {
                return true;
            }
        }
        failed.clear();
        return false;
    }

    /** Returns false after a heartbeat, since the member may have failed meanwhile. */
    private boolean awaitTurn(long nanos) throws InterruptedException {
        PendingLock place = Objects.requireNonNull(inLine);
        try {
            place.answered().get(Math.min(nanos, members.heartbeat().toNanos()), TimeUnit.NANOSECONDS);
            inLine = null;
            mine = place.take();
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException | AdvisoryLockException e) {
            fail();
            return false;
        }
    }

    private long slice() {
        Duration slice = members.heartbeat().multipliedBy(2);
        return (slice.compareTo(SHORTEST_SLICE) < 0 ? SHORTEST_SLICE : slice).toNanos();
    }

    /** Stands in line, if it does not yet. Returns false if there is no line. */
    private boolean stand() {
        Member known = at;
        if (isMine() || (inLine != null && known != null && isUsable.test(known))) {
            return true;
        }
        if (inLine != null && known != null) {
            known.isStuckUntil(inLine.abandon());
            inLine = null;
        }
        CompletableFuture<?> unused = leave();
        Member next = next();
        if (next == null) {
            return false;
        }
        try {
            inLine = next.sessions().queue(claim, request.place());
        } catch (AdvisoryLockException e) {
            fail();
            return stand();
        }
        return true;
    }

    /**
     * Chooses the member. All JVMs choose the same one, in whatever order they name the members, as long as the same
     * members answer.
     */
    private @Nullable Member next() {
        at = members.all().stream()
                .filter(member -> isUsable.test(member) && !member.isStuck() && !failed.contains(member))
                .min(Comparator.comparing(Member::identity))
                .orElse(null);
        return at;
    }

    private void fail() {
        CompletableFuture<?> unused = leave();
        if (at != null) {
            failed.add(at);
        }
    }

    /**
     * Lets go of everything, so that the next request gets in. Who has the lock need not wait for that.
     *
     * @return complete when nothing is left in the server
     */
    CompletableFuture<?> leave() {
        List<CompletableFuture<?>> ends = new ArrayList<>();
        if (knocked != null) {
            ends.add(knocked.thenCompose(door -> door.map(Door::close).orElseGet(Door::nothing)));
        }
        if (inLine != null) {
            ends.add(inLine.abandon());
        }
        if (mine != null) {
            ends.add(close(mine));
        }
        knocked = null;
        inLine = null;
        mine = null;
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
    }

    private static CompletableFuture<?> close(Handle door) {
        return door.closeLater().toCompletableFuture();
    }

    private static CompletableFuture<?> nothing() {
        return CompletableFuture.completedFuture(true);
    }
}
