package org.advisorylock.impl.transaction;

import static org.advisorylock.LockMode.EXCLUSIVE;
import static org.advisorylock.LockMode.SHARED;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.ManualClock;
import org.advisorylock.impl.transaction.Gates.Entry;
import org.advisorylock.impl.transaction.Gates.Passage;
import org.advisorylock.testbed.Async;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** First come, first served. Shared requests pass together. A wait ends for one of four reasons. */
@Timeout(60)
class GatesTest {

    private static final DatabaseKey KEY = new DatabaseKey("database", AdvisoryLockKey.of(1));
    private static final DatabaseKey OTHER = new DatabaseKey("database", AdvisoryLockKey.of(2));

    private final ManualClock clock = new ManualClock();
    private final Gates gates = new Gates(clock);

    private LockingTransaction transaction() {
        LockingTransaction transaction = new LockingTransaction(gates);
        transaction.ask(KEY);
        transaction.ask(OTHER);
        return transaction;
    }

    private Entry arrive(LockingTransaction transaction, LockMode mode) {
        return Objects.requireNonNull(transaction.arrive(KEY, mode, GateActor.attempt(mode)));
    }

    private Entry arrive(LockMode mode) {
        return arrive(transaction(), mode);
    }

    private long in(long seconds) {
        return clock.in(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({
        "EXCLUSIVE, EXCLUSIVE, false",
        "EXCLUSIVE, SHARED, false",
        "SHARED, EXCLUSIVE, false",
        "SHARED, SHARED, true"
    })
    void letInASecondOneOnlyIfBothAreShared(LockMode first, LockMode second, boolean together) {
        assertThat(arrive(first).isAdmitted()).isTrue();
        assertThat(arrive(second).isAdmitted()).isEqualTo(together);
    }

    @Test
    void letNobodyOvertakeAWriterThatWaits() {
        Entry reader = arrive(SHARED);
        Entry writer = arrive(EXCLUSIVE);
        Entry late = arrive(SHARED);
        assertThat(late.isAdmitted()).isFalse();
        reader.transaction.end();
        assertThat(writer.isAdmitted()).isTrue();
        assertThat(late.isAdmitted()).isFalse();
        writer.transaction.end();
        assertThat(late.isAdmitted()).isTrue();
    }

    @Test
    void letInAllReadersInARowButNoneBehindTheNextWriter() {
        Entry holder = arrive(EXCLUSIVE);
        List<Entry> readers = List.of(arrive(SHARED), arrive(SHARED), arrive(SHARED));
        Entry writer = arrive(EXCLUSIVE);
        Entry last = arrive(SHARED);
        holder.transaction.end();
        assertThat(readers).allMatch(Entry::isAdmitted);
        assertThat(writer.isAdmitted()).isFalse();
        assertThat(last.isAdmitted()).isFalse();
    }

    @Test
    void letInTheReadersBehindAWriterThatGivesUp() {
        Entry holder = arrive(SHARED);
        Entry writer = arrive(EXCLUSIVE);
        Entry reader = arrive(SHARED);
        writer.transaction.withdraw(KEY);
        assertThat(reader.isAdmitted()).isTrue();
        assertThat(gates.at(KEY)).containsExactly(holder, reader);
    }

    @Test
    void serveInTheOrderOfArrival() {
        List<Entry> entries = List.of(arrive(EXCLUSIVE), arrive(EXCLUSIVE), arrive(EXCLUSIVE), arrive(EXCLUSIVE));
        for (int at = 0; at < entries.size(); at++) {
            for (int later = at; later < entries.size(); later++) {
                assertThat(entries.get(later).isAdmitted()).isEqualTo(later == at);
            }
            entries.get(at).transaction.end();
        }
        assertThat(gates.at(KEY)).isEmpty();
    }

    @Test
    void ofTwoKeysAreApart() {
        LockingTransaction holder = transaction();
        arrive(holder, EXCLUSIVE);
        transaction().arrive(OTHER, EXCLUSIVE, GateActor.attempt(EXCLUSIVE));
        assertThat(gates.at(OTHER)).singleElement().matches(Entry::isAdmitted);
    }

    @Test
    void letInBeforeAllOthersWhoWasGrantedWithoutThem() {
        Entry waiting = arrive(EXCLUSIVE);
        LockingTransaction granted = transaction();
        granted.enter(KEY, EXCLUSIVE, GateActor.attempt(EXCLUSIVE));
        assertThat(gates.at(KEY)).extracting(entry -> entry.transaction).containsExactly(granted, waiting.transaction);
        assertThat(arrive(SHARED).isAdmitted()).isFalse();
    }

    @Test
    void letInWhoGoesPastToTheDatabaseAndNobodyBehindIt() {
        Entry holder = arrive(EXCLUSIVE);
        Entry first = arrive(EXCLUSIVE);
        Entry past = arrive(EXCLUSIVE);
        past.transaction.goPast(KEY);
        assertThat(past.isAdmitted()).isTrue();
        assertThat(first.isAdmitted()).isFalse();
        holder.transaction.end();
        assertThat(first.isAdmitted()).isFalse();
        past.transaction.end();
        assertThat(first.isAdmitted()).isTrue();
    }

    @Test
    void forgetAKeyThatNobodyWants() {
        Entry one = arrive(EXCLUSIVE);
        Entry other = arrive(EXCLUSIVE);
        other.transaction.end();
        one.transaction.end();
        assertThat(gates.at(KEY)).isEmpty();
        assertThat(arrive(EXCLUSIVE).isAdmitted()).isTrue();
    }

    @Test
    void areClosedToATransactionThatHasEnded() {
        LockingTransaction over = transaction();
        over.end();
        assertThat(over.arrive(KEY, EXCLUSIVE, GateActor.attempt(EXCLUSIVE))).isNull();
        assertThat(gates.at(KEY)).isEmpty();
    }

    @Test
    void doNotWaitForWhoIsInside() {
        assertThat(gates.await(arrive(EXCLUSIVE), in(-1), true)).isEqualTo(Passage.PASSED);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, -3600})
    void endAWaitAtItsDeadline(long secondsLeft) {
        arrive(EXCLUSIVE);
        assertThat(gates.await(arrive(EXCLUSIVE), in(secondsLeft), true)).isEqualTo(Passage.TIMED_OUT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endAWaitByAnInterruptAndKeepIt(boolean limited) {
        arrive(EXCLUSIVE);
        Entry waiting = arrive(EXCLUSIVE);
        Thread.currentThread().interrupt();
        assertThat(gates.await(waiting, in(3600), limited)).isEqualTo(Passage.INTERRUPTED);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void tellTheEndOfTheTransactionBeforeAnInterruptOrTheDeadline() {
        arrive(EXCLUSIVE);
        Entry waiting = arrive(EXCLUSIVE);
        waiting.transaction.end();
        Thread.currentThread().interrupt();
        assertThat(gates.await(waiting, in(-1), true)).isEqualTo(Passage.TRANSACTION_ENDED);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void letAnotherThreadOfTheSameTransactionGoOn() {
        arrive(EXCLUSIVE);
        Entry waiting = arrive(EXCLUSIVE);
        CompletableFuture<Passage> other = Async.run(() -> gates.await(waiting, in(3600), true));
        assertThat(other.join()).isEqualTo(Passage.PASSED);
        assertThat(waiting.isAdmitted()).isFalse();
    }

    private CompletableFuture<Passage> startWaiter(CompletableFuture<Entry> arrived, boolean limited) {
        return Async.run(() -> {
            Entry entry = arrive(EXCLUSIVE);
            arrived.complete(entry);
            return gates.await(entry, in(3600), limited);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void wakeWhoIsLetIn(boolean limited) {
        Entry holder = arrive(EXCLUSIVE);
        CompletableFuture<Entry> arrived = new CompletableFuture<>();
        CompletableFuture<Passage> passage = startWaiter(arrived, limited);
        arrived.join();
        assertThat(passage).isNotDone();
        holder.transaction.end();
        assertThat(passage.join()).isEqualTo(Passage.PASSED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void wakeWhoseTransactionAnotherThreadEnds(boolean limited) {
        arrive(EXCLUSIVE);
        CompletableFuture<Entry> arrived = new CompletableFuture<>();
        CompletableFuture<Passage> passage = startWaiter(arrived, limited);
        arrived.join().transaction.end();
        assertThat(passage.join()).isEqualTo(Passage.TRANSACTION_ENDED);
    }
}
