package org.advisorylock.impl.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.Incarnation;
import org.advisorylock.impl.postgres.RollCall;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.session.hold.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What this JVM shows to others on one member, and sees there of them, as long as it holds locks of the group or asks
 * for them.
 */
final class Presence {

    /** Is told what was found out. */
    interface Listener {
        /** Which database the member is; throws if another member is the same one. */
        void identified(Member member, String identity, Claim request);

        /** It is known now which database the member is, or it is another than before. */
        void changed(Member member, Claim request);

        /** Another JVM names other members. */
        void disagreed(String message);

        /** It has looked at others; throws if what is known now forbids the request. */
        void looked(Claim request);
    }

    private final Members members;
    private final Member member;
    private final Memory memory;
    private final RosterEntries roster;
    private final Listener listener;
    private final ReentrantLock turn = new ReentrantLock();
    private List<AdvisoryLockKey> shown = List.of();
    private volatile @Nullable Handle anchor;
    private volatile boolean agreed;
    private volatile boolean proved;
    private volatile boolean othersCount;
    private volatile @Nullable String disagreement;

    Presence(Members members, Member member, RosterEntries roster, Listener listener) {
        this.members = members;
        this.member = member;
        this.memory = member.memory();
        this.roster = roster;
        this.listener = listener;
    }

    /** Whether others see it, and agree. */
    boolean isShown() {
        Handle known = anchor;
        return known != null && !known.isLost() && agreed;
    }

    /** Whether others have shown here that this member counts. */
    boolean isProved() {
        return proved;
    }

    /** Whether others, when it looked, showed that they take this member for one that counts. */
    boolean othersCount() {
        return othersCount;
    }

    /** The message if another JVM that is seen here names other members; else empty. */
    Optional<String> disagreement() {
        return Optional.ofNullable(disagreement);
    }

    /**
     * Shows what is to be seen by now, and looks at others; without a message if both was done, and neither has to be
     * done again. May block.
     *
     * @throws org.advisorylock.LockGuardException if others name other members
     */
    void show(Claim request) {
        turn.lock();
        try {
            Handle mine = anchored(request);
            List<AdvisoryLockKey> wanted = entries();
            if (!agreed || !memory.counts() || !shown.equals(wanted)) {
                look(mine, wanted);
                listener.looked(request);
            }
        } finally {
            turn.unlock();
        }
    }

    private List<RosterEntries.Listed> lists() {
        return members.voters().lists().stream()
                .map(list -> RosterEntries.Listed.of(
                        list.size(), list.stream().map(Member::identity).toList()))
                .toList();
    }

    /** What is shown besides the anchor. */
    private List<AdvisoryLockKey> entries() {
        List<AdvisoryLockKey> entries = roster.entries(lists());
        if (memory.counts()) {
            entries.add(roster.counts(memory.proof()));
        }
        return entries;
    }

    private Handle anchored(Claim request) {
        Handle known = anchor;
        if (known != null && !known.isLost()) {
            return known;
        }
        if (known != null) {
            memory.broke();
            drop(known);
        }
        Claim claim = Claim.of(List.of(roster.anchor(lists().get(0))), LockMode.SHARED, AdvisoryLock.IMMEDIATE)
                .forSession()
                .quietly();
        Handle taken = member.sessions()
                .acquire(claim, Thread.currentThread(), "group '" + members.group() + "'", System.nanoTime());
        taken.detach();
        try {
            watch(taken, request);
            anchor = taken;
            return taken;
        } finally {
            if (anchor != taken) {
                taken.close();
            }
        }
    }

    /** From now on the member cannot forget its locks unnoticed. */
    private void watch(Handle taken, Claim request) {
        Incarnation now = taken.incarnations().get(0);
        if (memory.isNew(now)) {
            String identity = taken.call(SessionConnection::readIdentity);
            boolean another = !identity.equals(memory.identity());
            listener.identified(member, identity, request);
            memory.begin(now, identity);
            if (another) {
                listener.changed(member, request);
            }
        }
        memory.watched();
    }

    private void look(Handle mine, List<AdvisoryLockKey> wanted) {
        List<AdvisoryLockKey> more = new ArrayList<>(wanted);
        more.removeAll(shown);
        List<AdvisoryLockKey> over = new ArrayList<>(shown);
        over.removeAll(wanted);
        List<RollCall.Other> others = mine.call(connection -> connection.callRoll(roster.group(), more));
        if (!over.isEmpty()) {
            mine.call(connection -> connection.unlockEach(over, LockMode.SHARED));
        }
        shown = wanted;
        int proof = roster.counts(memory.proof()).second();
        proved = others.stream().anyMatch(other -> other.entries().contains(proof));
        othersCount = others.stream().anyMatch(other -> RosterEntries.isCounted(other.entries()));
        compare(others);
    }

    /** Finds out whether those who are seen may have the same members. */
    private void compare(List<RollCall.Other> others) {
        List<RosterEntries.Listed> mine = lists();
        String found = others.stream()
                .filter(other -> !RosterEntries.agree(mine, RosterEntries.read(other.entries())))
                .findFirst()
                .map(this::disagreement)
                .orElse(null);
        String before = disagreement;
        disagreement = found;
        agreed = found == null;
        if (found != null && !found.equals(before)) {
            listener.disagreed(found);
        }
    }

    private String disagreement(RollCall.Other other) {
        List<RosterEntries.Listed> theirs = RosterEntries.read(other.entries());
        List<Member> common = members.all().stream()
                .filter(one -> RosterEntries.isNamed(theirs, one.identity()))
                .toList();
        return Message.GROUP_DISAGREES.text(
                members.group(),
                members.all(),
                other.who(),
                member,
                theirs.get(0).size(),
                common);
    }

    /** Shows nothing any more, unless the group is in use. */
    void leave(BooleanSupplier inUse) {
        turn.lock();
        try {
            Handle known = anchor;
            if (known != null && !inUse.getAsBoolean()) {
                hide(known);
                drop(known);
            }
        } finally {
            turn.unlock();
        }
    }

    private void hide(Handle known) {
        try {
            known.call(connection -> connection.unlockEach(shown, LockMode.SHARED));
        } catch (AdvisoryLockException lost) {
            memory.broke();
        }
    }

    private void drop(Handle known) {
        anchor = null;
        agreed = false;
        proved = false;
        othersCount = false;
        shown = List.of();
        disagreement = null;
        known.close();
    }
}
