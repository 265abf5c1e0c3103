package org.advisorylock.impl.postgres;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.spi.KeyText;

/**
 * The slots of keys with permits. It keeps those of the latest keys, because a thousand digests for each call would
 * cost more than its round trip. Safe for use by several threads.
 */
final class Slots {

    // With a thousand permits each, and texts of 200 characters, this is four megabytes.
    private static final int MOST_KEPT = 16;
    private static final int LONGEST_KEPT = 200;

    /** A greater number's slots are held at random, so some of them tell sooner or later. */
    private static final int BEYOND = 100;

    private static final Map<String, List<AdvisoryLockKey>> KEPT = new LinkedHashMap<>(MOST_KEPT * 2, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<AdvisoryLockKey>> eldest) {
            return size() > MOST_KEPT;
        }
    };

    private Slots() {}

    /** Some of the slots that only a greater number of permits of the key has. Empty if their texts are too long. */
    static List<AdvisoryLockKey> beyond(String key, List<AdvisoryLockKey> slots) {
        KeyHash digest = digest(key, slots.get(0));
        return IntStream.rangeClosed(slots.size() + 1, slots.size() + BEYOND)
                .mapToObj(slot -> key + "#" + slot)
                .filter(text -> text.length() <= KeyText.LONGEST)
                .map(text -> AdvisoryLockKey.of(text, digest))
                .toList();
    }

    /** A machine may have no MD5, so that is tried last. */
    private static KeyHash digest(String key, AdvisoryLockKey first) {
        return AdvisoryLockKey.of(key + "#1", KeyHash.SHA_256).equals(first) ? KeyHash.SHA_256 : KeyHash.MD5;
    }

    /** The slots of {@code import} are the keys {@code import#1}, {@code import#2} and so on. */
    static List<AdvisoryLockKey> of(String key, int permits, KeyHash digest) {
        if (key.length() > LONGEST_KEPT) {
            return make(key, permits, digest);
        }
        synchronized (KEPT) {
            return KEPT.computeIfAbsent(permits + " " + digest + " " + key, any -> make(key, permits, digest));
        }
    }

    private static List<AdvisoryLockKey> make(String key, int permits, KeyHash digest) {
        return IntStream.rangeClosed(1, permits)
                .mapToObj(slot -> AdvisoryLockKey.of(key + "#" + slot, digest))
                .toList();
    }
}
