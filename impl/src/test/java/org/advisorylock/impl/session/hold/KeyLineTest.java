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

    private static QueuedRequest join(KeyLine place, QueuedRequest ask) {
        place.join(ask);
        return ask;
    }

    /** Gives the turn to whoever has it, as the table does. */
    private Hold giveTurn(KeyLine place) {
        QueuedRequest next = Objects.requireNonNull(place.next());
        Hold hold = new Hold(KEY, next.claim(), "Jobs.run()", clock);
        place.holds.add(hold);
        return hold;
    }

    private Hold grant(AdvisoryLockKey slot) {
        QueuedRequest ask = join(permits, ask(PERMIT));
        Hold hold = giveTurn(permits);
        hold.key = slot;
        permits.noteGrant(ask, slot);
        permits.settle(ask);
        return hold;
    }

    private @Nullable QueuedRequest release(Hold hold) {
        return permits.remove(hold);
    }

    @Test
    void servesSharedRequestsTogetherAndNobodyBeforeTheFirstInLine() {
        join(locks, ask(SHARED));
        join(locks, ask(SHARED));
        QueuedRequest writer = join(locks, ask(EXCLUSIVE));
        QueuedRequest reader = join(locks, ask(SHARED));
        Hold one = giveTurn(locks);
        Hold other = giveTurn(locks);
        assertThat(locks.next()).isNull();
        locks.remove(one);
        assertThat(locks.next()).isNull();
        locks.remove(other);
        assertThat(locks.next()).isSameAs(writer);
        assertThat(locks.next()).isSameAs(reader);
    }

    @Test
    void servesTheNextOneIfTheFirstInLineLeaves() {
        join(locks, ask(SHARED));
        giveTurn(locks);
        QueuedRequest writer = join(locks, ask(EXCLUSIVE));
        QueuedRequest reader = join(locks, ask(SHARED));
        assertThat(locks.next()).isNull();
        locks.leave(writer);
        assertThat(locks.next()).isSameAs(reader);
    }

    @Test
    void isEmptyWithoutHoldsAndWithoutALine() {
        assertThat(locks.isEmpty()).isTrue();
        join(locks, ask(EXCLUSIVE));
        assertThat(locks.isEmpty()).isFalse();
        Hold hold = giveTurn(locks);
        assertThat(locks.isEmpty()).isFalse();
        locks.remove(hold);
        assertThat(locks.isEmpty()).isTrue();
    }

    @Test
    void letsOneRequestWaitForAPermitAtATime() {
        join(permits, ask(PERMIT));
        join(permits, ask(PERMIT));
        giveTurn(permits);
        assertThat(permits.next()).isNull();
    }

    @Test
    void letsARequestThatDoesNotWaitTryBesideTheOneThatWaits() {
        join(permits, ask(PERMIT));
        join(permits, ask(PERMIT));
        QueuedRequest hasty = join(permits, ask(PERMIT.waiting(0)));
        giveTurn(permits);
        assertThat(permits.next()).isSameAs(hasty);
    }

    @Test
    void letsInNoMoreThanThereArePermits() {
        grant(FIRST);
        grant(SECOND);
        join(permits, ask(PERMIT.waiting(0)));
        assertThat(permits.next()).isNull();
    }

    @Test
    void triesOnlySlotsThatThisJvmDoesNotUse() {
        assertThat(permits.unused(ask(PERMIT))).containsExactlyInAnyOrder(FIRST, SECOND);
        grant(FIRST);
        assertThat(permits.unused(ask(PERMIT))).containsExactly(SECOND);
        grant(SECOND);
        assertThat(permits.unused(ask(PERMIT))).isEmpty();
    }

    @Test
    void offersAReleasedSlotToTheOneThatWaits() {
        Hold holder = grant(FIRST);
        QueuedRequest waiting = join(permits, ask(PERMIT));
        giveTurn(permits);
        clock.pass(HALF.minusNanos(1));
        assertThat(release(holder)).isSameAs(waiting);
        assertThat(permits.unused(waiting)).containsExactly(FIRST);
    }

    @Test
    void leavesASlotToOtherJvmsAfterItPassedItOnForLong() {
        Hold holder = grant(FIRST);
        QueuedRequest waiting = join(permits, ask(PERMIT));
        giveTurn(permits);
        clock.pass(HALF);
        assertThat(release(holder)).as("nobody is told").isNull();
        assertThat(permits.unused(waiting)).containsExactly(SECOND);
        clock.pass(HALF.multipliedBy(2).minusNanos(1));
        assertThat(permits.unused(waiting)).containsExactly(SECOND);
        clock.pass(Duration.ofNanos(1));
        assertThat(permits.unused(waiting)).containsExactlyInAnyOrder(FIRST, SECOND);
    }

    @Test
    void leavesNoSlotIfNobodyWaits() {
        Hold holder = grant(FIRST);
        clock.pass(HALF);
        assertThat(release(holder)).isNull();
        assertThat(permits.unused(ask(PERMIT))).containsExactlyInAnyOrder(FIRST, SECOND);
    }

    /** Others may have released one meanwhile. */
    @Test
    void letsTheWaiterTryAllSlotsIfNobodyHasDoneSoForLong() {
        Hold holder = grant(FIRST);
        clock.pass(HALF.multipliedBy(10));
        release(holder);
        QueuedRequest once = ask(PERMIT);
        once.offered = SECOND;
        join(permits, once);
        Hold again = giveTurn(permits);
        again.key = SECOND;
        permits.noteGrant(once, SECOND);
        permits.settle(once);
        QueuedRequest waiting = join(permits, ask(PERMIT));
        giveTurn(permits);
        assertThat(release(again)).isSameAs(waiting);
        assertThat(permits.unused(waiting)).containsExactlyInAnyOrder(FIRST, SECOND);
    }

    @Test
    void isContendedAfterATryInVainUntilASlotIsReleasedForNobody() {
        QueuedRequest waiting = ask(PERMIT);
        assertThat(permits.isContended(waiting)).isFalse();
        Hold holder = grant(FIRST);
        permits.noteMiss(waiting);
        assertThat(permits.isContended(waiting)).isTrue();
        assertThat(permits.isContended(ask(PERMIT.waiting(0)))).isFalse();
        release(holder);
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
