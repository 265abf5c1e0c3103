package org.advisorylock.impl.postgres;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.Message;

/**
 * What one call asks for: its keys in the order in which every call takes them, without duplicates.
 *
 * @param keys ascending
 * @param mode exclusive or shared
 * @param waitMillis milliseconds for all keys together, {@link AdvisoryLock#IMMEDIATE} or {@link AdvisoryLock#UNLIMITED}
 */
public record LockRequest(List<AdvisoryLockKey> keys, LockMode mode, long waitMillis) {

    /** The most that {@code lock_timeout} takes. */
    public static final long LONGEST_WAIT_MILLIS = Integer.MAX_VALUE;

    public static LockRequest of(Collection<AdvisoryLockKey> keys, LockMode mode, long waitMillis) {
        List<AdvisoryLockKey> sorted = keys.size() == 1 ? List.copyOf(keys) : List.copyOf(new TreeSet<>(keys));
        return new LockRequest(sorted, mode, waitMillis);
    }

    /**
     * A wait as {@code lock_timeout} counts it.
     *
     * @throws IllegalArgumentException if it is negative or longer than PostgreSQL can wait
     */
    public static long millis(Duration wait) {
        if (wait.isNegative() || wait.compareTo(Duration.ofMillis(LONGEST_WAIT_MILLIS)) > 0) {
            throw new IllegalArgumentException(Message.BAD_WAIT.text(wait, LONGEST_WAIT_MILLIS));
        }
        return wait.isZero() ? AdvisoryLock.IMMEDIATE : Math.max(1, wait.toMillis());
    }

    /** The same request with another wait. */
    public LockRequest waiting(long millis) {
        return millis == waitMillis ? this : new LockRequest(keys, mode, millis);
    }

    public boolean has(AdvisoryLockKey key) {
        return Collections.binarySearch(keys, key) >= 0;
    }

    public boolean isUnlimited() {
        return waitMillis == AdvisoryLock.UNLIMITED;
    }

    public boolean isImmediate() {
        return waitMillis == AdvisoryLock.IMMEDIATE;
    }

    /** The same key, with its text if it is one of this request's. */
    AdvisoryLockKey named(AdvisoryLockKey key) {
        int at = Collections.binarySearch(keys, key);
        return at < 0 ? key : keys.get(at);
    }

    /** {@code lock 'account:42' (exclusive, transaction)}, the subject of every message. */
    @Override
    public String toString() {
        String names = String.join(
                ", ",
                keys.stream()
                        .limit(10)
                        .map(key -> "'" + key.text().orElse(key.toString()) + "'")
                        .toList());
        String more = keys.size() > 10 ? " and " + (keys.size() - 10) + " more" : "";
        return (keys.size() == 1 ? "lock " : "locks ") + names + more + " ("
                + (mode == LockMode.SHARED ? "shared" : "exclusive") + ", transaction)";
    }
}
