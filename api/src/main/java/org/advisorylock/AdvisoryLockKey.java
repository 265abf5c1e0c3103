package org.advisorylock;

import java.io.Serializable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.advisorylock.spi.KeyText;
import org.advisorylock.spi.Printable;
import org.jspecify.annotations.Nullable;

/**
 * The key of a PostgreSQL advisory lock: one 64-bit number, or a pair of two 32-bit numbers. The two spaces are
 * disjoint: {@code of(1)} and {@code of(0, 1)} are two locks. A key belongs to one database. The same key in another
 * database, even of the same server, is another lock.
 *
 * <p>Equality and order are those of the numbers: single numbers first, then pairs, each ascending and signed. The
 * {@linkplain #text() text} of a key does not matter for them. Immutable and safe for use by several threads.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADVISORY-LOCKS">PostgreSQL:
 *     Advisory Lock Functions</a>
 */
public final class AdvisoryLockKey implements Comparable<AdvisoryLockKey>, Serializable {

    private static final long serialVersionUID = 1;
    private static final Pattern NUMBER = Pattern.compile("(-?\\d{1,19})(?:,(-?\\d{1,10}))?");

    private final long number;
    private final boolean pair;
    private final @Nullable String text;

    private AdvisoryLockKey(long number, boolean pair, @Nullable String text) {
        this.number = number;
        this.pair = pair;
        this.text = text;
    }

    /**
     * The key of one 64-bit number.
     *
     * @param number any number
     * @return the key
     */
    public static AdvisoryLockKey of(long number) {
        return new AdvisoryLockKey(number, false, null);
    }

    /**
     * The key of a pair of 32-bit numbers, as {@code pg_advisory_lock(int, int)} takes it.
     *
     * @param first any number; usually the kind of thing that is locked
     * @param second any number; usually which one of that kind
     * @return the key
     */
    public static AdvisoryLockKey of(int first, int second) {
        return new AdvisoryLockKey(((long) first << 32) | (second & 0xFFFF_FFFFL), true, null);
    }

    /**
     * The key of a text by a hash.
     *
     * @param text not empty, at most 1,000 characters; for {@link KeyHash#NONE} a number or a pair, as {@link #parse}
     *     reads it
     * @param hash not {@link KeyHash#DEFAULT}
     * @return the key, which remembers its text
     * @throws LockKeyException if the text is empty or too long, or has half of a surrogate pair (which is the same as
     *     other texts in UTF-8); if the text does not fit the hash; if the hash is {@code DEFAULT}; or if this JVM
     *     lacks the digest
     */
    public static AdvisoryLockKey of(String text, KeyHash hash) {
        if (text == null || text.isEmpty()) {
            throw noText();
        }
        if (hash == KeyHash.NONE) {
            return parse(text);
        }
        return new AdvisoryLockKey(hash.number(KeyText.check(text, "the text of a lock key")), false, text);
    }

    static LockKeyException noText() {
        return new LockKeyException("ADVLOCK-0201: the text of a lock key is null or empty;"
                + " all callers without a value would share one lock; give the key a name, as in 'invoice:42'");
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @param text a 64-bit number ({@code "42"}, {@code "-7"}) or two 32-bit numbers separated by a comma
     *     ({@code "1,42"})
     * @return the key
     * @throws LockKeyException if the text is neither, or a number is out of range
     */
    public static AdvisoryLockKey parse(String text) {
        Matcher form = NUMBER.matcher(text);
        if (form.matches()) {
            try {
                return form.group(2) == null
                        ? of(Long.parseLong(form.group(1)))
                        : of(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
            } catch (NumberFormatException outOfRange) {
                throw notANumber(text, outOfRange);
            }
        }
        throw notANumber(text, null);
    }

    private static LockKeyException notANumber(String text, @Nullable Throwable cause) {
        return new LockKeyException(
                "ADVLOCK-0202: '" + Printable.of(text)
                        + "' is not the number of a lock key; it must be one 64-bit number, as in '42'"
                        + " or '-7', or two 32-bit numbers, as in '1,42'; for other texts use KeyHash.MD5 or SHA_256",
                cause);
    }

    /**
     * Tells a pair from a single number.
     *
     * @return whether this key is a pair of 32-bit numbers
     */
    public boolean isPair() {
        return pair;
    }

    /**
     * The number of this key.
     *
     * @return the 64-bit number; for a pair the first number in the upper and the second in the lower 32 bits
     */
    public long number() {
        return number;
    }

    /**
     * The first number of a pair.
     *
     * @return the upper 32 bits of the {@linkplain #number() number}
     */
    public int first() {
        return (int) (number >> 32);
    }

    /**
     * The second number of a pair.
     *
     * @return the lower 32 bits of the {@linkplain #number() number}
     */
    public int second() {
        return (int) number;
    }

    /**
     * The text that this key was made from.
     *
     * @return the text, or empty for a key that was made from numbers
     */
    public Optional<String> text() {
        return Optional.ofNullable(text);
    }

    @Override
    public int compareTo(AdvisoryLockKey other) {
        int spaces = Boolean.compare(pair, other.pair);
        return spaces != 0 ? spaces : Long.compare(number, other.number);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AdvisoryLockKey key && compareTo(key) == 0;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(number) * 31 + Boolean.hashCode(pair);
    }

    /**
     * The number or the pair, never the text.
     *
     * @return {@code "42"} or {@code "1,42"}
     */
    @Override
    public String toString() {
        return pair ? first() + "," + second() : Long.toString(number);
    }
}
