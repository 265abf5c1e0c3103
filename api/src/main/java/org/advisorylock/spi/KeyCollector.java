package org.advisorylock.spi;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockKeyException;

/**
 * Makes keys from texts, drops duplicates, and counts. It refuses too many keys before it makes them. For one call; not
 * safe for use by several threads.
 */
public final class KeyCollector {

    private final KeyHash hash;
    private final int most;
    private Collection<AdvisoryLockKey> keys = List.of();

    /**
     * Makes an empty one.
     *
     * @param hash how a text becomes a number, not {@link KeyHash#DEFAULT}
     * @param most how many different keys there may be
     */
    public KeyCollector(KeyHash hash, int most) {
        this.hash = hash;
        this.most = most;
    }

    /**
     * Adds the key of a text.
     *
     * @param text the text
     * @throws LockKeyException if the text makes no key, or there are too many
     */
    public void add(String text) {
        add(AdvisoryLockKey.of(text, hash));
    }

    /**
     * Adds a key.
     *
     * @param key the key
     * @throws LockKeyException if there are too many
     */
    public void add(AdvisoryLockKey key) {
        if (keys.isEmpty()) {
            keys = List.of(key);
            return;
        }
        if (keys instanceof List<?>) {
            keys = new LinkedHashSet<>(keys);
        }
        keys.add(key);
        if (keys.size() > most) {
            throw tooMany(keys.size(), "call", most);
        }
    }

    /**
     * Adds the keys of a template.
     *
     * @param template the template
     * @param values for each place a {@code String}, or a {@code List} of several different ones
     * @throws LockKeyException if a text makes no key, or there are too many: that is found before they are made
     */
    public void add(Template template, Object[] values) {
        long count = 1;
        for (Object value : values) {
            int factor = value instanceof List<?> several ? several.size() : 1;
            count = count > Long.MAX_VALUE / factor ? Long.MAX_VALUE : count * factor;
        }
        if (count > most) {
            throw tooMany(count, "call", most);
        }
        if (keys.isEmpty() && count > 1 && hash != KeyHash.NONE) {
            // The texts are all different, and so are their digests.
            List<AdvisoryLockKey> different = new ArrayList<>((int) count);
            template.texts(values, text -> different.add(AdvisoryLockKey.of(text, hash)));
            keys = different;
        } else {
            template.texts(values, this::add);
        }
    }

    /**
     * The keys.
     *
     * @return in the order in which they were added, without duplicates
     */
    public List<AdvisoryLockKey> keys() {
        return List.copyOf(keys);
    }

    /**
     * The error of too many keys.
     *
     * @param keys how many there are, at least
     * @param where a call or a transaction
     * @param most how many are allowed
     * @return an exception to throw
     */
    public static LockKeyException tooMany(long keys, String where, int most) {
        return new LockKeyException("ADVLOCK-0213: " + keys + " keys in one " + where + " are more than the " + most
                + " that are allowed; all sessions share PostgreSQL's lock table; lock something coarser, or raise"
                + " advisorylock.max-keys (and max_locks_per_transaction)");
    }
}
