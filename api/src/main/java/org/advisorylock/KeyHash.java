package org.advisorylock;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * How the text of a key becomes the number that PostgreSQL locks.
 *
 * <p>All programs that want to exclude each other must use the same one. Both digests give 64 bits, which are enough
 * for keys that are held at the same time: among a million of them the chance that any two share a number is below one
 * in thirty million.
 */
public enum KeyHash {
    /**
     * The hash that the configuration property {@code advisorylock.hash} names, {@link #MD5} if it names none. Only the
     * library's beans know the configuration, so {@link AdvisoryLockKey#of(String, KeyHash)} refuses this value.
     */
    DEFAULT {
        @Override
        long number(String text) {
            throw new LockKeyException(
                    "ADVLOCK-0204: KeyHash.DEFAULT stands for the configured hash, which a key value cannot know;"
                            + " name MD5, SHA_256 or NONE, or pass the text itself to the lock service");
        }
    },

    /**
     * The first 8 bytes of the MD5 digest of the text in UTF-8, as a big-endian signed number. The same in psql:
     *
     * <pre>{@code ('x' || substr(md5(text), 1, 16))::bit(64)::bigint}</pre>
     *
     * and in Python:
     *
     * <pre>{@code int.from_bytes(hashlib.md5(text.encode()).digest()[:8], "big", signed=True)}</pre>
     */
    MD5 {
        @Override
        long number(String text) {
            return firstEightBytes("MD5", text);
        }
    },

    /**
     * The first 8 bytes of the SHA-256 digest of the text in UTF-8, as a big-endian signed number. The same in psql:
     *
     * <pre>{@code ('x' || substr(encode(sha256(convert_to(text, 'UTF8')), 'hex'), 1, 16))::bit(64)::bigint}</pre>
     */
    SHA_256 {
        @Override
        long number(String text) {
            return firstEightBytes("SHA-256", text);
        }
    },

    /** No hash: the text is the number itself, {@code "42"}, or the pair of two 32-bit numbers, {@code "1,42"}. */
    NONE {
        @Override
        long number(String text) {
            return AdvisoryLockKey.parse(text).number();
        }
    };

    abstract long number(String text);

    private static long firstEightBytes(String algorithm, String text) {
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new LockKeyException(
                    "ADVLOCK-0203: this JVM has no " + algorithm + " (a FIPS security policy removes MD5);"
                            + " set advisorylock.hash=SHA_256, on every server at once, since other numbers are other locks",
                    e);
        }
    }
}
