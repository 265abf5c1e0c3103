package org.advisorylock.impl.session.hold;

import static org.advisorylock.LockMode.EXCLUSIVE;
import static org.advisorylock.LockMode.SHARED;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockMode;
import org.advisorylock.impl.ManualClock;
import org.advisorylock.impl.postgres.Claim;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The line of one key: first come, first served. A JVM leaves permits to other JVMs now and then. */
class KeyLineTest {

    private static final AdvisoryLockKey KEY = AdvisoryLockKey.of("import", KeyHash.MD5);
    private static final Claim PERMIT = Claim.permit(KEY, 2, KeyHash.MD5, 1000);
    private static final AdvisoryLockKey FIRST = PERMIT.slots().get(0);
    private static final AdvisoryLockKey SECOND = PERMIT.slots().get(1);

    /** Half of the time after which a JVM leaves a slot to others. */
    private static final Duration HALF = Duration.ofMillis(75);

    private final ManualClock clock = new ManualClock();
    private final KeyLine permits = new KeyLine(KEY, PERMIT.slots(), clock);
    private final KeyLine locks = new KeyLine(KEY, List.of(), clock);

    private static QueuedRequest ask(Claim claim) {
        return new QueuedRequest(claim, null, "Jobs.run()", new QueuedRequest.TurnListener() {
            @Override
            public void onTurn() {}

            @Override
            public void onTurnLater() {}

            @Override
            public void onFreed() {}
        });
    }

    private static QueuedRequest ask(LockMode mode) {
        return ask(Claim.of(List.of(KEY), mode, 1000));
    }

    private static QueuedRequest joined(KeyLine place, QueuedRequest ask) {
        place.join(ask);
        return ask;
    }

    /** Gives the turn to whoever has it, as the table does. */
    private Hold turn(KeyLine place) {
        QueuedRequest next = Objects.requireNonNull(place.next());
        Hold hold = new Hold(KEY, next.claim(), "Jobs.run()", clock);
        place.holds.add(hold);
        return hold;
    }

    private Hold granted(AdvisoryLockKey slot) {
        QueuedRequest ask = joined(permits, ask(PERMIT));
        Hold hold = turn(permits);
        hold.key = slot;
        permits.noteGrant(ask, slot);
        permits.settle(ask);
        return hold;
    }

    private @Nullable QueuedRequest released(Hold hold) {
        return permits.remove(hold);
    }

    @Test
    void servesSharedRequestsTogetherAndNobodyBeforeTheFirstInLine() {
        joined(locks, ask(SHARED));
        joined(locks, ask(SHARED));
        QueuedRequest writer = joined(locks, ask(EXCLUSIVE));
        QueuedRequest reader = joined(locks, ask(SHARED));
        Hold one = turn(locks);
        Hold other = turn(locks);
        assertThat(locks.next()).isNull();
        locks.remove(one);
        assertThat(locks.next()).isNull();
        locks.remove(other);
        assertThat(locks.next()).isSameAs(writer);
        assertThat(locks.next()).isSameAs(reader);
    }

    @Test
    void servesTheNextOneIfTheFirstInLineLeaves() {
        joined(locks, ask(SHARED));
        turn(locks);
        QueuedRequest writer = joined(locks, ask(EXCLUSIVE));
        QueuedRequest reader = joined(locks, ask(SHARED));
        assertThat(locks.next()).isNull();
        locks.leave(writer);
        assertThat(locks.next()).isSameAs(reader);
    }

    @Test
    void isEmptyWithoutHoldsAndWithoutALine() {
        assertThat(locks.isEmpty()).isTrue();
        joined(locks, ask(EXCLUSIVE));
        assertThat(locks.isEmpty()).isFalse();
        Hold hold = turn(locks);
        assertThat(locks.isEmpty()).isFalse();
        locks.remove(hold);
        assertThat(locks.isEmpty()).isTrue();
    }

    @Test
    void letsOneRequestWaitForAPermitAtATime() {
        joined(permits, ask(PERMIT));
        joined(permits, ask(PERMIT));
        turn(permits);
        assertThat(permits.next()).isNull();
    }

    @Test
    void letsARequestThatDoesNotWaitTryBesideTheOneThatWaits() {
        joined(permits, ask(PERMIT));
        joined(permits, ask(PERMIT));
        QueuedRequest hasty = joined(permits, ask(PERMIT.waiting(0)));
        turn(permits);
        assertThat(permits.next()).isSameAs(hasty);
    }

    @Test
    void letsInNoMoreThanThereArePermits() {
        granted(FIRST);
        granted(SECOND);
        joined(permits, ask(PERMIT.waiting(0)));
        assertThat(permits.next()).isNull();
    }

    @Test
    void triesOnlySlotsThatThisJvmDoesNotUse() {
        assertThat(permits.unused(ask(PERMIT))).containsExactlyInAnyOrder(FIRST, SECOND);
        granted(FIRST);
        assertThat(permits.unused(ask(PERMIT))).containsExactly(SECOND);
        granted(SECOND);
        assertThat(permits.unused(ask(PERMIT))).isEmpty();
    }

    @Test
    void offersAReleasedSlotToTheOneThatWaits() {
        Hold holder = granted(FIRST);
        QueuedRequest waiting = joined(permits, ask(PERMIT));
        turn(permits);
        clock.pass(HALF.minusNanos(1));
        assertThat(released(holder)).isSameAs(waiting);
        assertThat(permits.unused(waiting)).containsExactly(FIRST);
    }

    @Test
    void leavesASlotToOtherJvmsAfterItPassedItOnForLong() {
        Hold holder = granted(FIRST);
        QueuedRequest waiting = joined(permits, ask(PERMIT));
        turn(permits);
        clock.pass(HALF);
        assertThat(released(holder)).as("nobody is told").isNull();
        assertThat(permits.unused(waiting)).containsExactly(SECOND);
        clock.pass(HALF.multipliedBy(2).minusNanos(1));
        assertThat(permits.unused(waiting)).containsExactly(SECOND);
        clock.pass(Duration.ofNanos(1));
        assertThat(permits.unused(waiting)).containsExactlyInAnyOrder(FIRST, SECOND);
    }

    @Test
    void leavesNoSlotIfNobodyWaits() {
        Hold holder = granted(FIRST);
        clock.pass(HALF);
        assertThat(released(holder)).isNull();
        assertThat(permits.unused(ask(PERMIT))).containsExactlyInAnyOrder(FIRST, SECOND);
    }

    /** Others may have released one meanwhile. */
    @Test
    void letsTheWaiterTryAllSlotsIfNobodyHasDoneSoForLong() {
        Hold holder = granted(FIRST);
        clock.pass(HALF.multipliedBy(10));
        released(holder);
        QueuedRequest once = ask(PERMIT);
        once.offered = SECOND;
        joined(permits, once);
        Hold again = turn(permits);
        again.key = SECOND;
        permits.noteGrant(once, SECOND);
        permits.settle(once);
        QueuedRequest waiting = joined(permits, ask(PERMIT));
        turn(permits);
        assertThat(released(again)).isSameAs(waiting);
        assertThat(permits.unused(waiting)).containsExactlyInAnyOrder(FIRST, SECOND);
    }

    @Test
    void isContendedAfterATryInVainUntilASlotIsReleasedForNobody() {
        QueuedRequest waiting = ask(PERMIT);
        assertThat(permits.isContended(waiting)).isFalse();
        Hold holder = granted(FIRST);
        permits.noteMiss(waiting);
        assertThat(permits.isContended(waiting)).isTrue();
        assertThat(permits.isContended(ask(PERMIT.waiting(0)))).isFalse();
        released(holder);
        assertThat(permits.isContended(waiting)).isFalse();
    }

    @Test
    void isNotContendedByATryOfOneOfferedSlot() {
        QueuedRequest waiting = ask(PERMIT);
        waiting.offered = FIRST;
        permits.noteMiss(waiting);
        assertThat(permits.isContended(waiting)).isFalse();
        assertThat(waiting.offered).isNull();
    }
}
