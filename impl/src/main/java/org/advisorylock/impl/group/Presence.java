package org.advisorylock.impl.group;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.Incarnation;
import org.advisorylock.impl.postgres.RollCall;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.session.hold.Handle;
import org.jspecify.annotations.Nullable;

/** What this JVM shows to others on one member, and sees there of them, as long as it holds locks of the group or asks for them. */
final class Presence {

    private final Register register;
    private final Member member;
    private final Memory memory;
    private final ReentrantLock turn = new ReentrantLock();
    private List<AdvisoryLockKey> shown = List.of();
    private volatile @Nullable Handle anchor;
    private volatile boolean agreed;
    private volatile boolean proved;
    private volatile boolean othersCount;

    Presence(Register register, Member member, Memory memory) {
        this.register = register;
        this.member = member;
        this.memory = memory;
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

    /**
     * Shows what is to be seen by now, and looks at others; without a message if both was done, and neither has to be done again. May block.
     *
     * @throws org.advisorylock.LockGuardException if others name other members
     */
    void show(Claim request) throws SQLException {
        turn.lock();
        try {
            Handle mine = anchored(request);
            List<AdvisoryLockKey> wanted = register.entries(memory);
            if (!agreed || !memory.counts() || !shown.equals(wanted)) {
                look(mine, wanted, request);
            }
        } finally {
            turn.unlock();
        }
    }

    private Handle anchored(Claim request) throws SQLException {
        Handle known = anchor;
        if (known != null && !known.isLost()) {
            return known;
        }
        if (known != null) {
            memory.broke();
            drop(known);
        }
        Claim claim = Claim.of(List.of(register.anchor()), LockMode.SHARED, AdvisoryLock.IMMEDIATE)
                .forSession()
                .quietly();
        Handle taken = member.sessions()
                .acquire(claim, Thread.currentThread(), "group '" + register.name() + "'", System.nanoTime());
        taken.detach();
        try {
            Incarnation now = taken.incarnations().get(0);
            if (memory.isNew(now)) {
                String identity = taken.call(SessionConnection::readIdentity);
                boolean another = !identity.equals(memory.identity());
                register.identified(member, identity, request);
                memory.begin(now, identity);
                if (another) {
                    register.showOnOthers(member, request);
                }
            }
            memory.watched();
            anchor = taken;
            return taken;
        } finally {
            if (anchor != taken) {
                taken.close();
            }
        }
    }

    private void look(Handle mine, List<AdvisoryLockKey> wanted, Claim request) throws SQLException {
        List<AdvisoryLockKey> more = new ArrayList<>(wanted);
        more.removeAll(shown);
        List<AdvisoryLockKey> over = new ArrayList<>(shown);
        over.removeAll(wanted);
        List<RollCall.Other> others = mine.call(connection -> connection.callRoll(register.first(), more));
        if (!over.isEmpty()) {
            mine.call(connection -> connection.unlockEach(over, LockMode.SHARED));
        }
        shown = wanted;
        int proof = register.proof(memory).second();
        proved = others.stream().anyMatch(other -> other.entries().contains(proof));
        othersCount = others.stream().anyMatch(other -> Roll.isCounted(other.entries()));
        agreed = register.compare(member, others);
        register.requireAgreed(request);
    }

    /** Shows nothing any more, unless the group is in use. */
    void leave() {
        turn.lock();
        try {
            Handle known = anchor;
            if (known != null && !register.isInUse()) {
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
        register.forget(member);
        known.close();
    }
}
