package org.advisorylock.impl.transaction;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.advisorylock.AdvisoryLockKey;
import org.jspecify.annotations.Nullable;

/** The texts of the keys that transactions of this JVM hold or wait for. They name the numbers in pg_locks. */
public final class KnownKeys {

    private final ConcurrentHashMap<AdvisoryLockKey, AdvisoryLockKey> keys = new ConcurrentHashMap<>();

    /**
     * How many transactions have a key besides the first one; most keys have one. Changes only while the other map
     * computes.
     */
    private final ConcurrentHashMap<AdvisoryLockKey, Integer> others = new ConcurrentHashMap<>();

    // One object for all keys.
    private final BiFunction<AdvisoryLockKey, AdvisoryLockKey, AdvisoryLockKey> oneMore = this::oneMore;
    private final BiFunction<AdvisoryLockKey, AdvisoryLockKey, @Nullable AdvisoryLockKey> oneLess = this::oneLess;

    void remember(AdvisoryLockKey key) {
        keys.merge(key, key, oneMore);
    }

    private AdvisoryLockKey oneMore(AdvisoryLockKey known, AdvisoryLockKey same) {
        others.merge(known, 1, Integer::sum);
        return known;
    }

    void forget(AdvisoryLockKey ended) {
        keys.computeIfPresent(ended, oneLess);
    }

    private @Nullable AdvisoryLockKey oneLess(AdvisoryLockKey same, AdvisoryLockKey known) {
        if (!others.containsKey(known)) {
            return null;
        }
        others.computeIfPresent(known, (other, count) -> count == 1 ? null : count - 1);
        return known;
    }

    /** The same key, with its text if that is known. */
    public AdvisoryLockKey named(AdvisoryLockKey key) {
        return keys.getOrDefault(key, key);
    }
}
