package org.advisorylock.impl.session.link;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.advisorylock.AdvisoryLockKey;

/**
 * How often a session has each shared lock. The server counts that too, but does not tell. Only the session's thread
 * uses it.
 */
final class SharedCounts {

    private final Map<AdvisoryLockKey, Integer> counts = new HashMap<>();

    void add(Collection<AdvisoryLockKey> keys) {
        keys.forEach(key -> counts.merge(key, 1, Integer::sum));
    }

    void remove(Collection<AdvisoryLockKey> keys) {
        keys.forEach(key -> counts.computeIfPresent(key, (any, had) -> had == 1 ? null : had - 1));
    }

    boolean has(AdvisoryLockKey key) {
        return counts.containsKey(key);
    }
}
