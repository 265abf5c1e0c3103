package org.advisorylock.impl.transaction;

import static org.advisorylock.LockMode.EXCLUSIVE;
import static org.advisorylock.LockMode.SHARED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The keys that a transaction asked for and holds: a few, and so many that it needs a hash table. */
class LockingTransactionTest {

    private final LockDatabase database = new LockDatabase("orders", new PGSimpleDataSource());
    private final LockDatabase other = new LockDatabase("stock", new PGSimpleDataSource());
    private final LockingTransaction transaction = new LockingTransaction(new Gates(System::nanoTime));

    private static DatabaseKey key(long number) {
        return new DatabaseKey("database", AdvisoryLockKey.of(number));
    }

    private static DatabaseKey[] keys(long count) {
        return LongStream.range(0, count).mapToObj(LockingTransactionTest::key).toArray(DatabaseKey[]::new);
    }

    private HeldLock heldLock(LockMode mode, int backend) {
        return new HeldLock(database, mode, "Shop.sell()", backend, 0);
    }

    private LockedCall call(LockMode mode, long... numbers) {
        List<AdvisoryLockKey> asked =
                LongStream.of(numbers).mapToObj(AdvisoryLockKey::of).toList();
        return new LockedCall(transaction, database, Claim.of(asked, mode, 1), "call " + asked);
    }

    private boolean isCovered(LockMode mode, long... numbers) {
        List<AdvisoryLockKey> asked =
                LongStream.of(numbers).mapToObj(AdvisoryLockKey::of).toList();
        return transaction.isCovered(database, Claim.of(asked, mode, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 100})
    void knowsEachKeyThatItAskedForOnce(int count) {
        for (DatabaseKey key : keys(count)) {
            transaction.ask(key);
        }
        for (DatabaseKey key : keys(count)) {
            transaction.ask(key);
            assertThat(transaction.heldLock(key)).isNull();
            transaction.hold(key, heldLock(EXCLUSIVE, (int) key.key().number()));
            transaction.ask(key);
        }
        for (DatabaseKey key : keys(count)) {
            assertThat(transaction.heldLock(key))
                    .isEqualTo(heldLock(EXCLUSIVE, (int) key.key().number()));
        }
        assertThat(transaction.held()).containsOnlyKeys(keys(count));
        assertThat(transaction.heldLock(key(count))).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 100})
    void knowsKeysThatItAskedForTogether(int count) {
        transaction.ask(key(count - 1));
        transaction.ask(keys(count));
        transaction.hold(keys(count), heldLock(EXCLUSIVE, 1));
        assertThat(transaction.held()).containsOnlyKeys(keys(count));
        assertThat(transaction.countWith(keys(count + 1))).isEqualTo(count + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8, 9, 100})
    void knowsKeysInWhateverOrderItIsAskedForThem(int count) {
        DatabaseKey[] all = keys(count);
        int half = count / 2;
        transaction.ask(Arrays.copyOfRange(all, half, count));
        assertThat(transaction.heldLock(all[0])).isNull();
        transaction.ask(Arrays.copyOf(all, half + 1));
        for (int i = 0; i < count; i++) {
            DatabaseKey key = all[(7 * i + 3) % count];
            transaction.hold(key, heldLock(EXCLUSIVE, (int) key.key().number()));
        }
        for (int i = count - 1; i >= 0; i--) {
            assertThat(transaction.heldLock(all[i])).isEqualTo(heldLock(EXCLUSIVE, i));
        }
        assertThat(transaction.held()).containsOnlyKeys(all);
        assertThat(transaction.countWith(all)).isEqualTo(count);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 20})
    void tellsTheTextsOfItsKeysUntilItEnds(int count) {
        AdvisoryLockKey text = AdvisoryLockKey.of("account:42", KeyHash.MD5);
        transaction.ask(keys(count));
        transaction.ask(new DatabaseKey("database", text));
        Map<AdvisoryLockKey, AdvisoryLockKey> named = new HashMap<>();
        transaction.addNamed(named);
        assertThat(named.keySet()).containsExactly(AdvisoryLockKey.of(text.number()));
        assertThat(named.values()).extracting(AdvisoryLockKey::text).containsExactly(text.text());

        transaction.end();
        transaction.ask(key(0));
        named.clear();
        transaction.addNamed(named);
        assertThat(named).isEmpty();
        assertThat(transaction.held()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"SHARED, SHARED, 1", "SHARED, EXCLUSIVE, 2", "EXCLUSIVE, SHARED, 1", "EXCLUSIVE, EXCLUSIVE, 1"})
    void remembersTheStrongerOfTwoGrants(LockMode first, LockMode second, int remembered) {
        transaction.ask(key(0));
        transaction.hold(key(0), heldLock(first, 1));
        transaction.hold(key(0), heldLock(second, 2));
        assertThat(transaction.heldLock(key(0))).isEqualTo(remembered == 1 ? heldLock(first, 1) : heldLock(second, 2));
    }

    @Test
    void remembersNoGrantOfAKeyThatItDidNotAskFor() {
        transaction.hold(key(0), heldLock(EXCLUSIVE, 1));
        assertThat(transaction.held()).isEmpty();
    }

    @Test
    void countsTheKeysThatItHoldsAndNewOnesOnce() {
        for (DatabaseKey key : keys(5)) {
            transaction.ask(key);
        }
        assertThat(transaction.countWith(keys(0))).isZero();
        transaction.hold(key(0), heldLock(EXCLUSIVE, 1));
        transaction.hold(key(1), heldLock(SHARED, 1));
        assertThat(transaction.countWith(keys(0))).isEqualTo(2);
        assertThat(transaction.countWith(keys(2))).isEqualTo(2);
        assertThat(transaction.countWith(keys(4))).isEqualTo(4);
    }

    @Test
    void knowsTheSessionOfEachDataSource() {
        transaction.ask(key(0));
        assertThat(transaction.backendAt(database)).isZero();
        transaction.hold(key(0), heldLock(SHARED, 4711));
        assertThat(transaction.backendAt(database)).isEqualTo(4711);
        assertThat(transaction.backendAt(other)).isZero();
    }

    @Test
    void belongsToItsThreadUntilItEnds() {
        Thread mine = Thread.currentThread();
        assertThat(transaction.isOf(mine)).isFalse();
        transaction.setOwner(mine);
        assertThat(transaction.isOf(mine)).isTrue();
        assertThat(transaction.isOf(new Thread())).isFalse();
        transaction.end();
        assertThat(transaction.isOf(mine)).isFalse();
    }

    @Test
    void coversWhatARunningCallHoldsAndNothingAfterIt() {
        LockedCall outer = call(EXCLUSIVE, 1, 2);
        LockedCall inner = call(SHARED, 3);
        assertThat(isCovered(SHARED, 1)).isFalse();
        outer.enter();
        inner.enter();
        assertThat(transaction.innermost()).isEqualTo(inner.place());
        assertThat(isCovered(EXCLUSIVE, 1)).isTrue();
        assertThat(isCovered(SHARED, 1, 2, 3)).isTrue();
        assertThat(isCovered(EXCLUSIVE, 3)).as("a stronger mode").isFalse();
        assertThat(isCovered(SHARED, 1, 4)).as("one key more").isFalse();
        inner.leave();
        assertThat(isCovered(SHARED, 3)).isFalse();
        assertThat(isCovered(EXCLUSIVE, 2)).isTrue();
        outer.leave();
        assertThat(isCovered(SHARED, 1)).isFalse();
        assertThat(transaction.innermost()).isNull();
    }

    @Test
    void coversNoKeyOfAnotherDataSource() {
        call(EXCLUSIVE, 1).enter();
        assertThat(transaction.isCovered(other, Claim.of(List.of(AdvisoryLockKey.of(1)), SHARED, 1)))
                .isFalse();
    }
}
