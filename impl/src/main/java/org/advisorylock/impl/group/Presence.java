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
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.Incarnation;
import org.advisorylock.impl.postgres.RollCall;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.session.hold.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What this JVM shows to others on one member, and what it sees of them there, as long as it holds locks of the group
 * or asks for them.
 */
final class Presence {

    /** Hears what was found out. */
    interface Listener {
        /** The member is this database. Throws if another member is the same one. */
        void identified(Member member, String identity, Claim request);

        /** The identity of the member has become known, or has changed. */
        void changed(Member member, Claim request);

        /** Another JVM uses other members. */
        void disagreed(String message);

        /** The look at others is done. Throws if the request must be refused because of it. */
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

    /** Whether this JVM is shown here and agrees with the others. */
    boolean isShown() {
        Handle known = anchor;
        return known != null && !known.isLost() && agreed;
    }

    /** Whether others show here that this member counts. */
    boolean isProved() {
        return proved;
    }

    /** Whether others showed, at the last look, that this member counts for them. */
    boolean othersCount() {
        return othersCount;
    }

    /** The message if another JVM that is seen here uses other members. Otherwise empty. */
    Optional<String> disagreement() {
        return Optional.ofNullable(disagreement);
    }

    /**
     * Shows what others must see by now, and looks at them. Sends no message if both were done and nothing has changed.
     * May block.
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

    /** What is shown apart from the anchor. */
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
                .acquire(claim, Thread.currentThread(), "group '" + members.group() + "'", members.now(), null);
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

    /** From now on this JVM notices if the member forgets its locks. */
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

    /** Finds out whether the others may have the same members. */
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
        return CallMessage.GROUP_DISAGREES.text(
                members.group(),
                members.all(),
                other.who(),
                member,
                theirs.get(0).size(),
                common);
    }

    /** Removes what is shown, unless the group is in use. */
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
