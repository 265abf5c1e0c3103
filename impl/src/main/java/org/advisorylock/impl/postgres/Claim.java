package org.advisorylock.impl.postgres;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockKeyException;
import org.advisorylock.LockMode;
import org.advisorylock.LockRequest;
import org.advisorylock.LockScope;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.spi.Printable;

/**
 * What one call asks for: its keys, without duplicates, in the order in which every call takes them.
 *
 * @param keys ascending, unless the caller wants another order
 * @param mode exclusive or shared
 * @param waitMillis milliseconds for all keys together, {@link AdvisoryLock#IMMEDIATE} or
 *     {@link AdvisoryLock#UNLIMITED}
 * @param scope what ends the lock
 * @param slots the keys of which each is a permit of the only key; empty for a lock without permits
 * @param isQuiet whether the caller does not want to know who holds the keys if it is refused
 */
public record Claim(
        List<AdvisoryLockKey> keys,
        LockMode mode,
        long waitMillis,
        LockScope scope,
        List<AdvisoryLockKey> slots,
        boolean isQuiet) {

    /** The most permits that a key may have. */
    public static final int MOST_PERMITS = 1000;

    /** The longest wait that {@code lock_timeout} accepts. */
    public static final long LONGEST_WAIT_MILLIS = Integer.MAX_VALUE;

    public static Claim of(Collection<AdvisoryLockKey> keys, LockMode mode, long waitMillis) {
        return new Claim(sorted(keys), mode, waitMillis, LockScope.TRANSACTION, List.of(), false);
    }

    private static List<AdvisoryLockKey> sorted(Collection<AdvisoryLockKey> keys) {
        if (keys.size() == 1) {
            return List.copyOf(keys);
        }
        AdvisoryLockKey[] sorted = keys.toArray(AdvisoryLockKey[]::new);
        Arrays.sort(sorted);
        int different = 0;
        for (AdvisoryLockKey key : sorted) {
            if (different == 0 || !key.equals(sorted[different - 1])) {
                sorted[different++] = key;
            }
        }
        return List.of(different == sorted.length ? sorted : Arrays.copyOf(sorted, different));
    }

    /** Keys in the given order, whatever their numbers are. */
    public static Claim inOrder(Collection<AdvisoryLockKey> keys, LockMode mode, long waitMillis) {
        return new Claim(List.copyOf(new LinkedHashSet<>(keys)), mode, waitMillis, LockScope.SESSION, List.of(), false);
    }

    /**
     * The claim of a request of the API.
     *
     * @param hash the configured one
     * @param maxKeys how many keys a request may have
     * @throws LockKeyException if a text gives no key by this hash, or there are too many
     */
    public static Claim of(LockRequest request, KeyHash hash, int maxKeys, long waitMillis) {
        List<AdvisoryLockKey> keys = request.keys(hash, maxKeys);
        if (request.permits() > 1) {
            return permit(keys.get(0), request.permits(), hash, waitMillis);
        }
        return request.isInOrder() ? inOrder(keys, request.mode(), waitMillis) : of(keys, request.mode(), waitMillis);
    }

    /**
     * A claim for one permit of a key. The slots of {@code import} are the keys {@code import#1}, {@code import#2} and
     * so on.
     *
     * @param permits how many permits there are, 1 to 1,000
     */
    public static Claim permit(AdvisoryLockKey key, int permits, KeyHash hash, long waitMillis) {
        Claim whole = of(List.of(key), LockMode.EXCLUSIVE, waitMillis);
        if (permits == 1) {
            return whole;
        }
        String name = key.text().orElse(key.toString());
        KeyHash digest = hash == KeyHash.SHA_256 ? KeyHash.SHA_256 : KeyHash.MD5;
        return new Claim(whole.keys, whole.mode, waitMillis, whole.scope, Slots.of(name, permits, digest), false);
    }

    /** Whether locks of two modes on one key exclude each other. */
    public static boolean exclude(LockMode one, LockMode other) {
        return one == LockMode.EXCLUSIVE || other == LockMode.EXCLUSIVE;
    }

    /** Whether a lock of one mode will do where another mode is wanted. */
    public static boolean covers(LockMode held, LockMode wanted) {
        return held == wanted || held == LockMode.EXCLUSIVE;
    }

    /** The same request for a session. */
    public Claim forSession() {
        return new Claim(keys, mode, waitMillis, LockScope.SESSION, slots, isQuiet);
    }

    /** The same request for other keys. */
    public Claim forKeys(List<AdvisoryLockKey> others) {
        return new Claim(others, mode, waitMillis, scope, List.of(), isQuiet);
    }

    /** The same request, exclusive. */
    public Claim exclusively() {
        return new Claim(keys, LockMode.EXCLUSIVE, waitMillis, scope, slots, isQuiet);
    }

    /** The same request without the reason of a refusal, which saves a message. */
    public Claim quietly() {
        return new Claim(keys, mode, waitMillis, scope, slots, true);
    }

    /** The same request, whose refusal names the holders of the keys. */
    public Claim namingHolders() {
        return isQuiet ? new Claim(keys, mode, waitMillis, scope, slots, false) : this;
    }

    /** The same request for all slots of a permit, and some that only a greater number of permits has. */
    public Claim forAllSlots() {
        List<AdvisoryLockKey> all = new ArrayList<>(slots);
        all.addAll(slotsBeyond());
        return forKeys(all);
    }

    /** The same request for some slots that only a greater number of permits has. */
    public Claim forSlotsBeyond() {
        return forKeys(slotsBeyond());
    }

    private List<AdvisoryLockKey> slotsBeyond() {
        AdvisoryLockKey key = keys.get(0);
        return Slots.beyond(key.text().orElse(key.toString()), slots);
    }

    public boolean isForPermit() {
        return !slots.isEmpty();
    }

    /**
     * A wait as {@code lock_timeout} counts it.
     *
     * @throws IllegalArgumentException if it is negative or longer than PostgreSQL can wait
     */
    public static long millis(Duration wait) {
        if (wait.isNegative() || wait.compareTo(Duration.ofMillis(LONGEST_WAIT_MILLIS)) > 0) {
            throw new IllegalArgumentException(CallMessage.BAD_WAIT.text(wait, LONGEST_WAIT_MILLIS));
        }
        return wait.isZero() ? AdvisoryLock.IMMEDIATE : Math.max(1, wait.toMillis());
    }

    /** The same request in the weakest mode, which any lock on the keys fulfils. */
    public Claim inEitherMode() {
        return new Claim(keys, LockMode.SHARED, waitMillis, scope, slots, isQuiet);
    }

    /** The same request with another wait. */
    public Claim waiting(long millis) {
        return millis == waitMillis ? this : new Claim(keys, mode, millis, scope, slots, isQuiet);
    }

    public boolean has(AdvisoryLockKey key) {
        return Collections.binarySearch(keys, key) >= 0;
    }

    public boolean isUnlimited() {
        return waitMillis == AdvisoryLock.UNLIMITED;
    }

    /** When its wait is over if it began then, by {@link System#nanoTime}; not to be used if it is unlimited. */
    public long deadline(long began) {
        return began + TimeUnit.MILLISECONDS.toNanos(Math.max(0, waitMillis));
    }

    public boolean isImmediate() {
        return waitMillis == AdvisoryLock.IMMEDIATE;
    }

    /** The same key, with its text if it is one of this request's. */
    AdvisoryLockKey named(AdvisoryLockKey key) {
        int at = keys.indexOf(key);
        return at < 0 ? key : keys.get(at);
    }

    /** {@code lock 'account:42'}. */
    public String names() {
        // The rest of the message needs room, too.
        int longest = keys.size() == 1 ? Printable.LONGEST_VALUE : 30;
        String names = String.join(
                ", ",
                keys.stream()
                        .limit(10)
                        .map(key -> "'" + Printable.of(key.text().orElse(key.toString()), longest) + "'")
                        .toList());
        return (keys.size() == 1 ? "lock " : "locks ") + names + more();
    }

    /** {@code lock 'account:42' (exclusive, transaction)}, the subject of every message. */
    @Override
    public String toString() {
        return names() + mannerOfLock();
    }

    /** The same with numbers in place of texts, for a log: {@code lock 4711 (exclusive, transaction)}. */
    public String toStringWithoutTexts() {
        String numbers = keys.stream().limit(10).map(AdvisoryLockKey::toString).collect(Collectors.joining(", "));
        return (keys.size() == 1 ? "lock " : "locks ") + numbers + more() + mannerOfLock();
    }

    private String more() {
        return keys.size() > 10 ? " and " + (keys.size() - 10) + " more" : "";
    }

    private String mannerOfLock() {
        String how = isForPermit()
                ? "one of " + slots.size() + " permits"
                : mode == LockMode.SHARED ? "shared" : "exclusive";
        return " (" + how + (scope == LockScope.SESSION ? ", session)" : ", transaction)");
    }
}
