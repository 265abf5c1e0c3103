package org.advisorylock.impl.transaction;

import static org.advisorylock.LockMode.EXCLUSIVE;
import static org.advisorylock.LockMode.SHARED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.transaction.Status;
import java.util.List;
import java.util.Objects;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockMode;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.testbed.Async;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The locks of a thread's transactions, active or suspended, until they end or leave the thread. */
class TransactionsTest {

    private static final AdvisoryLockKey ACCOUNT = AdvisoryLockKey.of("account:42", KeyHash.MD5);
    private static final DatabaseKey KEY = new DatabaseKey("database", ACCOUNT);

    private final TransactionsWithoutManager manager = new TransactionsWithoutManager();
    private final Gates gates = new Gates(System::nanoTime);
    private final Transactions transactions = new Transactions(manager.jta(), gates);
    private final LockDatabase database = new LockDatabase("orders", new PGSimpleDataSource());
    private final LockDatabase other = new LockDatabase("again", new PGSimpleDataSource());

    private static Claim claim(LockMode mode) {
        return Claim.of(List.of(ACCOUNT), mode, 1000);
    }

    private LockingTransaction hold(LockMode mode) {
        LockingTransaction current = transactions.current();
        current.ask(KEY);
        current.hold(KEY, new HeldLock(database, mode, "Shop.sell()", 4711, 0));
        return current;
    }

    private void refuse(LockMode wanted) {
        transactions.refuseSelfDeadlock(transactions.current(), new DatabaseKey[] {KEY}, claim(wanted), "Shop.audit()");
    }

    private boolean isNamed() {
        return transactions.named().containsKey(ACCOUNT);
    }

    @Test
    void areTheSameThroughoutATransactionAndNoLonger() {
        manager.begin();
        LockingTransaction first = transactions.current();
        assertThat(transactions.current()).isSameAs(first);
        manager.commit();
        manager.begin();
        assertThat(transactions.current()).isNotSameAs(first);
    }

    @Test
    void leaveNothingAtTheirEnd() {
        manager.begin();
        LockingTransaction current = hold(EXCLUSIVE);
        current.arrive(KEY, EXCLUSIVE, GateActor.attempt(EXCLUSIVE));
        assertThat(isNamed()).isTrue();
        manager.commit();
        assertThat(current.hasEnded()).isTrue();
        assertThat(gates.at(KEY)).isEmpty();
        assertThat(isNamed()).isFalse();
        assertThat(transactions.ofThread()).isNull();
    }

    @Test
    void leaveNothingIfAnotherThreadEndsThem() {
        TransactionsWithoutManager.OneTransaction one = manager.begin();
        hold(EXCLUSIVE);
        Async.run(() -> {
                    one.end(Status.STATUS_ROLLEDBACK);
                    return true;
                })
                .join();
        assertThat(transactions.ofThread()).isNull();
        assertThat(isNamed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"EXCLUSIVE, EXCLUSIVE", "EXCLUSIVE, SHARED", "SHARED, EXCLUSIVE"})
    void refuseToWaitForASuspendedOneOfTheSameThread(LockMode held, LockMode wanted) {
        manager.begin();
        hold(held);
        manager.begin();
        assertThatExceptionOfType(SelfDeadlockException.class)
                .isThrownBy(() -> refuse(wanted))
                .withMessageContainingAll("account:42", "Shop.sell()", "Shop.audit()");
        assertThat(transactions.placeOfConflict("database", claim(wanted))).isEqualTo("Shop.sell()");
    }

    @Test
    void shareAKeyWithASuspendedOneOfTheSameThread() {
        manager.begin();
        hold(SHARED);
        manager.begin();
        assertThatCode(() -> refuse(SHARED)).doesNotThrowAnyException();
        assertThat(transactions.placeOfConflict("database", claim(SHARED))).isNull();
    }

    @Test
    void mayTakeWhatTheyHaveThemselves() {
        manager.begin();
        hold(EXCLUSIVE);
        assertThatCode(() -> refuse(EXCLUSIVE)).doesNotThrowAnyException();
    }

    @Test
    void mayTakeWhatTheInnerOneHadWhenThatHasEnded() {
        manager.begin();
        transactions.current();
        manager.begin();
        hold(EXCLUSIVE);
        manager.commit();
        assertThatCode(() -> refuse(EXCLUSIVE)).doesNotThrowAnyException();
    }

    @Test
    void holdNothingInAnotherDatabase() {
        manager.begin();
        hold(EXCLUSIVE);
        assertThat(transactions.placeOfConflict("elsewhere", claim(EXCLUSIVE))).isNull();
    }

    /** Each permit is a key of its own, so another one may be free. */
    @Test
    void areInNobodysWayByAPermit() {
        manager.begin();
        hold(EXCLUSIVE);
        assertThat(transactions.placeOfConflict("database", Claim.permit(ACCOUNT, 2, KeyHash.MD5, 0)))
                .isNull();
    }

    @Test
    void holdNothingForAnotherThread() {
        manager.begin();
        hold(EXCLUSIVE);
        assertThat(Async.run(() -> transactions.conflict(null, KEY, EXCLUSIVE) == null)
                        .join())
                .isTrue();
    }

    /** Its result comes later, so nothing on this thread waits for it. */
    @Test
    void areForgottenIfTheyGoOnWithoutTheirThread() {
        Object before = transactions.ofThread();
        assertThat(before).isNull();
        manager.begin();
        hold(EXCLUSIVE);
        manager.giveAway();
        manager.begin();
        transactions.detachSince(null);
        assertThat(transactions.conflict(null, KEY, EXCLUSIVE)).isNull();
        assertThatCode(() -> refuse(EXCLUSIVE)).doesNotThrowAnyException();
        assertThat(isNamed()).as("it still holds the key").isTrue();
    }

    @Test
    void areNotForgottenIfTheCallDidNotBeginThem() {
        manager.begin();
        hold(EXCLUSIVE);
        Transactions.Mine before = transactions.ofThread();
        manager.begin();
        transactions.current();
        manager.giveAway();
        transactions.detachSince(before);
        assertThat(transactions.conflict(null, KEY, EXCLUSIVE)).isNotNull();
        assertThat(transactions.ofThread()).isSameAs(before);
    }

    private String heldAlready(LockDatabase by, Claim request, String session) {
        OwnSharedLocks shared = new OwnSharedLocks(
                transactions, (name, claim) -> claim.mode() == EXCLUSIVE && !session.isEmpty() ? session : null);
        KeysToTry tried = shared.find(transactions.current(), by, new DatabaseKey[] {KEY}, request);
        return tried == null ? "" : tried.held();
    }

    @ParameterizedTest
    @CsvSource({"SHARED, Shop.sell()", "EXCLUSIVE, ''"})
    void doNotWaitForAnUpgradeOfTheirOwnSharedLock(LockMode held, String place) {
        manager.begin();
        hold(held);
        assertThat(heldAlready(database, claim(EXCLUSIVE), "")).isEqualTo(place);
    }

    @Test
    void doNotWaitInSharedModeBehindWhoWaitsForTheirThread() {
        manager.begin();
        hold(SHARED);
        assertThat(heldAlready(database, claim(SHARED), ""))
                .as("the same session")
                .isEmpty();
        assertThat(heldAlready(other, claim(SHARED), "")).contains("this very transaction", "'orders'");
        manager.begin();
        assertThat(heldAlready(database, claim(SHARED), "")).contains("suspended", "Shop.sell()");
        manager.commit();
        manager.commit();
        manager.begin();
        assertThat(heldAlready(database, claim(SHARED), "Jobs.run()")).contains("session lock", "Jobs.run()");
        assertThat(heldAlready(database, claim(SHARED), "")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void needNoCareForARequestThatDoesNotQueue(boolean permit) {
        manager.begin();
        hold(SHARED);
        manager.begin();
        Claim request = permit
                ? Claim.permit(ACCOUNT, 2, KeyHash.MD5, 1000).inEitherMode()
                : claim(SHARED).waiting(0);
        assertThat(heldAlready(database, request, "")).isEmpty();
        assertThat(Objects.requireNonNull(transactions.ofThread()).others()).isNotNull();
    }
}
