package org.advisorylock.impl.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockMode;
import org.advisorylock.testbed.LibraryLog;
import org.junit.jupiter.api.Test;

class LockOrderTest {

    private final LockOrder order = new LockOrder();
    private final ReferenceQueue<Object> collected = new ReferenceQueue<>();

    private WeakReference<Object> watched() {
        AdvisoryLockKey first = AdvisoryLockKey.of("first", KeyHash.MD5);
        AdvisoryLockKey second = AdvisoryLockKey.of("second", KeyHash.MD5);
        order.watch(
                Map.of(new DatabaseKey("database", first), heldLock()),
                new DatabaseKey[] {new DatabaseKey("database", second)},
                new Caller("Shop.second()", false));
        return new WeakReference<>(second, collected);
    }

    @SuppressWarnings("NullAway")
    private static HeldLock heldLock() {
        return new HeldLock(null, LockMode.EXCLUSIVE, "Shop.first()", 1, 0);
    }

    /** A call in code takes one key while it holds another. Its place shows whether the call site was looked up. */
    private PlaceInCode take(DatabaseKey second, DatabaseKey first) {
        PlaceInCode place = new PlaceInCode();
        order.watch(Map.of(first, heldLock()), new DatabaseKey[] {second}, new Caller(place, false));
        return place;
    }

    @Test
    void looksForThePlaceInCodeOnceForEachOrderOfAPair() {
        DatabaseKey a = new DatabaseKey("database", AdvisoryLockKey.of(1));
        DatabaseKey b = new DatabaseKey("database", AdvisoryLockKey.of(2));
        assertThat(PlaceInCode.needsWalk(take(b, a))).isTrue();
        assertThat(PlaceInCode.needsWalk(take(a, b))).isFalse();
        assertThat(PlaceInCode.needsWalk(take(b, a))).isFalse();
        assertThat(PlaceInCode.needsWalk(take(a, b))).isTrue();
        assertThat(PlaceInCode.needsWalk(take(b, a))).isTrue();
    }

    @Test
    void keepsNoTextOfAKey() throws Exception {
        WeakReference<Object> key = watched();
        for (int i = 0; i < 100 && !key.refersTo(null); i++) {
            System.gc();
            Object unused = collected.remove(100);
        }
        assertThat(key.refersTo(null)).isTrue();
        assertThat(order).isNotNull();
    }

    private static DatabaseKey key(long number) {
        return new DatabaseKey("database", AdvisoryLockKey.of(number));
    }

    private void take(long held, long asked, String where) {
        order.watch(Map.of(key(held), heldLock()), new DatabaseKey[] {key(asked)}, new Caller(where, false));
    }

    private static List<String> warnings(LibraryLog log) {
        return log.messages().stream()
                .filter(text -> text.startsWith("ADVLOCK-0502"))
                .toList();
    }

    @Test
    void warnsOnceOfTwoPlacesThatTakeTwoKeysInOppositeOrders() {
        try (LibraryLog log = new LibraryLog()) {
            take(1, 2, "Shop.second()");
            assertThat(warnings(log)).isEmpty();
            take(2, 1, "Shop.other()");
            take(2, 1, "Shop.other()");
            take(1, 2, "Shop.second()");
            assertThat(warnings(log)).singleElement().asString().contains("2 and 1", "Shop.second()", "Shop.other()");
        }
    }

    @Test
    void warnsOfNoKeyThatIsHeldAlready() {
        try (LibraryLog log = new LibraryLog()) {
            Map<DatabaseKey, HeldLock> both = Map.of(key(1), heldLock(), key(2), heldLock());
            order.watch(both, new DatabaseKey[] {key(2)}, new Caller("Shop.second()", false));
            order.watch(both, new DatabaseKey[] {key(1)}, new Caller("Shop.other()", false));
            assertThat(warnings(log)).isEmpty();
        }
    }

    @Test
    void warnsOfNoEqualNumbersInTwoDatabases() {
        try (LibraryLog log = new LibraryLog()) {
            take(1, 2, "Shop.second()");
            DatabaseKey elsewhere = new DatabaseKey("other", AdvisoryLockKey.of(1));
            order.watch(Map.of(key(2), heldLock()), new DatabaseKey[] {elsewhere}, new Caller("Shop.other()", false));
            assertThat(warnings(log)).isEmpty();
        }
    }
}
