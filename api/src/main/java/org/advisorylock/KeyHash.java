package org.advisorylock;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * How the text of a key becomes the number that PostgreSQL locks.
 *
 * <p>All programs that want to exclude each other must use the same hash. Both digests give 64 bits. That is enough for
 * keys that are held at the same time: among a million keys the chance that two share a number is below one in thirty
 * million.
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
            return firstEightBytes(DIGEST_MD5, text);
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
            return firstEightBytes(DIGEST_SHA_256, text);
        }
    },

    /** No hash: the text is the number itself, {@code "42"}, or the pair of two 32-bit numbers, {@code "1,42"}. */
    NONE {
        @Override
        long number(String text) {
            return AdvisoryLockKey.parse(text).number();
        }
    };

    // One per thread: a digest is expensive to create and not safe for use by several threads. A pooled thread that
    // outlives the application keeps nothing of it: the values are classes of the JDK, and a thread refers to its
    // ThreadLocals only weakly.
    private static final ThreadLocal<MessageDigest> DIGEST_MD5 = ThreadLocal.withInitial(() -> digest("MD5"));
    private static final ThreadLocal<MessageDigest> DIGEST_SHA_256 = ThreadLocal.withInitial(() -> digest("SHA-256"));

    abstract long number(String text);

    private static long firstEightBytes(ThreadLocal<MessageDigest> digests, String text) {
        MessageDigest digest = digests.get();
        // An OutOfMemoryError, for example, may have left half a text in it, which would make another number.
        digest.reset();
        byte[] bytes = digest(digest, text);
        long number = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            number = number << Byte.SIZE | Byte.toUnsignedLong(bytes[i]);
        }
        return number;
    }

    private static byte[] digest(MessageDigest digest, String text) {
        // Most texts are short and in ASCII: one array holds first the text and then the digest.
        byte[] bytes = new byte[Math.max(text.length(), digest.getDigestLength())];
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character >= 0x80) {
                return digest.digest(text.getBytes(StandardCharsets.UTF_8));
            }
            bytes[i] = (byte) character;
        }
        digest.update(bytes, 0, text.length());
        try {
            digest.digest(bytes, 0, bytes.length);
        } catch (DigestException tooShort) {
            throw new IllegalStateException(tooShort);
        }
        return bytes;
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new LockKeyException(
                    "ADVLOCK-0203: this JVM has no " + algorithm + " (a FIPS security policy removes MD5);"
                            + " set advisorylock.hash=SHA_256 on all servers at once: other numbers are other locks",
                    e);
        }
    }
}
