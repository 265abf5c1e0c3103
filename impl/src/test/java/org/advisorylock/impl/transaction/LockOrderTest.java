package org.advisorylock.impl.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockMode;
import org.junit.jupiter.api.Test;

class LockOrderTest {

    private final LockOrder order = new LockOrder();
    private final ReferenceQueue<Object> collected = new ReferenceQueue<>();

    private WeakReference<Object> watched() {
        AdvisoryLockKey first = AdvisoryLockKey.of("first", KeyHash.MD5);
        AdvisoryLockKey second = AdvisoryLockKey.of("second", KeyHash.MD5);
        order.watch(
                Map.of(new LockedKey("database", first), holding()),
                new LockedKey[] {new LockedKey("database", second)},
                new Caller("Shop.second()", false));
        return new WeakReference<>(second, collected);
    }

    @SuppressWarnings("NullAway")
    private static Holding holding() {
        return new Holding(null, LockMode.EXCLUSIVE, "Shop.first()", 1, 0);
    }

    /** A call in code takes one key under another; its place tells whether the order looked for it. */
    private PlaceInCode taken(LockedKey second, LockedKey first) {
        PlaceInCode place = new PlaceInCode();
        order.watch(Map.of(first, holding()), new LockedKey[] {second}, new Caller(place, false));
        return place;
    }

    @Test
    void looksForThePlaceInCodeOnceForEachOrderOfAPair() {
        LockedKey a = new LockedKey("database", AdvisoryLockKey.of(1));
        LockedKey b = new LockedKey("database", AdvisoryLockKey.of(2));
        assertThat(PlaceInCode.needsWalk(taken(b, a))).isTrue();
        assertThat(PlaceInCode.needsWalk(taken(a, b))).isFalse();
        assertThat(PlaceInCode.needsWalk(taken(b, a))).isFalse();
        assertThat(PlaceInCode.needsWalk(taken(a, b))).isTrue();
        assertThat(PlaceInCode.needsWalk(taken(b, a))).isTrue();
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
}
