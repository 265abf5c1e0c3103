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
