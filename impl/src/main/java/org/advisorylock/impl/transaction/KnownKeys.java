package org.advisorylock.impl.transaction;

import java.util.concurrent.ConcurrentHashMap;
import org.advisorylock.AdvisoryLockKey;

/** The texts of the keys that transactions of this JVM hold or wait for, to name the numbers in pg_locks. */
public final class KnownKeys {

    private record Named(AdvisoryLockKey key, int users) {}

    private final ConcurrentHashMap<AdvisoryLockKey, Named> keys = new ConcurrentHashMap<>();

    void remember(AdvisoryLockKey key) {
        keys.merge(key, new Named(key, 1), (known, one) -> new Named(known.key(), known.users() + 1));
    }

    void forget(AdvisoryLockKey ended) {
        keys.computeIfPresent(
                ended, (same, known) -> known.users() == 1 ? null : new Named(known.key(), known.users() - 1));
    }

    /** The same key, with its text if that is known. */
    public AdvisoryLockKey named(AdvisoryLockKey key) {
        Named known = keys.get(key);
        return known == null ? key : known.key();
    }
}
