package org.advisorylock.impl.transaction;

import static org.advisorylock.LockMode.EXCLUSIVE;
import static org.advisorylock.LockMode.SHARED;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.ManualClock;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.transaction.Gates.Entry;
import org.advisorylock.impl.transaction.Gates.Passage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request queues at the gates of its keys, one after the other, and only as long as nobody may wait for it. */
@Timeout(60)
class GateKeeperTest {

    private static final DatabaseKey[] KEYS = {key(1), key(2)};
    private static final Caller FRESH = new Caller("Shop.sell()", true);
    private static final Caller HOLDER = new Caller("Shop.sell()", false);
    private static final Duration WAIT = Duration.ofMinutes(1);

    private final ManualClock clock = new ManualClock();
    private Duration look = Duration.ZERO;
    private final Gates gates = new Gates(this::look);
    private final GateKeeper keeper = new GateKeeper(gates, true, clock);
    private final Attempt attempt = GateActor.attempt(EXCLUSIVE);

    /** Each look at a gate that is closed takes some time. */
    private long look() {
        clock.pass(look);
        return clock.getAsLong();
    }

    private static DatabaseKey key(long number) {
        return new DatabaseKey("database", AdvisoryLockKey.of(number));
    }

    private static Claim claim(LockMode mode, long waitMillis) {
        return Claim.of(Arrays.stream(KEYS).map(DatabaseKey::key).toList(), mode, waitMillis);
    }

    private LockingTransaction transaction() {
        LockingTransaction transaction = new LockingTransaction(gates);
        transaction.ask(KEYS);
        return transaction;
    }

    private Passage pass(LockingTransaction by, Caller caller, long waitMillis) {
        Claim claim = claim(EXCLUSIVE, waitMillis);
        return keeper.pass(by, KEYS, claim, caller, claim.deadline(clock.getAsLong()), attempt);
    }

    private LockingTransaction inside() {
        LockingTransaction holder = transaction();
        assertThat(pass(holder, FRESH, WAIT.toMillis())).isEqualTo(Passage.PASSED);
        return holder;
    }

    @Test
    void enterTheGatesOfAllKeysInTheirOrder() {
        LockingTransaction first = inside();
        for (DatabaseKey key : KEYS) {
            assertThat(gates.at(key)).extracting(entry -> entry.transaction).containsExactly(first);
        }
    }

    @Test
    void waitAtTheFirstGateThatIsClosedAndComeToNoOther() {
        inside();
        LockingTransaction first = transaction();
        first.arrive(KEYS[0], SHARED, attempt);
        LockingTransaction late = transaction();
        look = WAIT;
        Claim claim = claim(SHARED, 1);
        assertThat(keeper.pass(late, KEYS, claim, FRESH, claim.deadline(clock.getAsLong()), attempt))
                .isEqualTo(Passage.TIMED_OUT);
        keeper.turnBack(late, KEYS, attempt);
        assertThat(gates.at(KEYS[0])).hasSize(2);
        assertThat(gates.at(KEYS[1])).hasSize(1);
    }

    @Test
    void letARequestTryOnceWithoutQueueing() {
        inside();
        assertThat(pass(transaction(), FRESH, AdvisoryLock.IMMEDIATE)).isEqualTo(Passage.PASSED);
        assertThat(gates.at(KEYS[0])).hasSize(1);
    }

    @Test
    void letEverybodyPassIfThereAreNoGates() {
        GateKeeper open = new GateKeeper(gates, false, clock);
        Claim claim = claim(EXCLUSIVE, WAIT.toMillis());
        for (int i = 0; i < 2; i++) {
            LockingTransaction one = transaction();
            assertThat(open.pass(one, KEYS, claim, FRESH, clock.in(WAIT), attempt))
                    .isEqualTo(Passage.PASSED);
            open.settle(one, KEYS, claim, attempt);
        }
        assertThat(gates.at(KEYS[0])).isEmpty();
    }

    @Test
    void letInNoTransactionThatHasEnded() {
        LockingTransaction over = transaction();
        over.end();
        assertThat(pass(over, FRESH, WAIT.toMillis())).isEqualTo(Passage.TRANSACTION_ENDED);
    }

    @Test
    void giveUpAtTheDeadlineOfAFreshCall() {
        inside();
        look = Duration.ofSeconds(5);
        assertThat(pass(transaction(), FRESH, 5000)).isEqualTo(Passage.TIMED_OUT);
        assertThat(gates.at(KEYS[0])).hasSize(1);
    }

    /** PostgreSQL's deadlock detector sees who waits there. */
    @ParameterizedTest
    @ValueSource(longs = {5000, AdvisoryLock.UNLIMITED})
    void sendAHolderToTheDatabaseAfterASecond(long wait) {
        inside();
        look = Duration.ofSeconds(1);
        assertThat(pass(transaction(), HOLDER, wait)).isEqualTo(Passage.PASSED);
        assertThat(gates.at(KEYS[0])).allMatch(Entry::isAdmitted).hasSize(2);
    }

    @Test
    void sendNoHolderToTheDatabaseWhoseOwnDeadlineIsSooner() {
        inside();
        look = Duration.ofMillis(500);
        assertThat(pass(transaction(), HOLDER, 500)).isEqualTo(Passage.TIMED_OUT);
    }

    @Test
    void putWhoWasGrantedWithoutQueueingBeforeThoseThatQueue() {
        LockingTransaction granted = transaction();
        keeper.settle(granted, KEYS, claim(SHARED, 0), attempt);
        LockingTransaction writer = transaction();
        Entry waiting = Objects.requireNonNull(writer.arrive(KEYS[0], EXCLUSIVE, attempt));
        assertThat(waiting.isAdmitted()).isFalse();
        granted.end();
        assertThat(waiting.isAdmitted()).isTrue();
    }

    @Test
    void turnBackOnlyFromGatesToWhichTheAttemptItselfCame() {
        LockingTransaction holder = inside();
        keeper.turnBack(holder, KEYS, GateActor.attempt(EXCLUSIVE));
        assertThat(gates.at(KEYS[0])).hasSize(1);
        keeper.turnBack(holder, KEYS, attempt);
        assertThat(gates.at(KEYS[0])).isEmpty();
        assertThat(gates.at(KEYS[1])).isEmpty();
    }

    @Test
    @SuppressWarnings("NullAway")
    void nameWhoIsInsideAndHoldsButNobodyWhoQueues() {
        LockingTransaction holder = inside();
        assertThat(keeper.heldLocks(KEYS)).isEmpty();
        HeldLock holding = new HeldLock(null, EXCLUSIVE, "Shop.sell()", 4711, 0);
        holder.hold(KEYS[0], holding);
        LockingTransaction queued = transaction();
        queued.arrive(KEYS[0], EXCLUSIVE, attempt);
        queued.hold(KEYS[0], new HeldLock(null, EXCLUSIVE, "Shop.other()", 1, 0));
        assertThat(keeper.heldLocks(KEYS)).isEqualTo(List.of(holding));
    }
}
