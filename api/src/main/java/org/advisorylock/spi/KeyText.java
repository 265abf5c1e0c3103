package org.advisorylock.spi;

import org.advisorylock.LockKeyException;

/** The rules for the text of a key, wherever it comes from. */
public final class KeyText {

    /** The most characters that the text of a key may have. */
    public static final int LONGEST = 1000;

    private KeyText() {}

    /**
     * Refuses a text that is too long, or that is the same as another text in UTF-8. UTF-8 writes {@code ?} for an
     * unpaired surrogate, so two texts would be one key.
     *
     * @param text the text of a key, or of a part of it
     * @param subject what the text is, for the message
     * @return the text
     * @throws LockKeyException if it has more than {@link #LONGEST} characters, or an unpaired surrogate
     */
    public static String check(String text, Object subject) {
        if (text.length() > LONGEST) {
            throw tooLong(subject, text.length() + " characters ('" + Printable.of(text) + "')");
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSurrogatePair(text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : 'x')) {
                    throw new LockKeyException(
                            "ADVLOCK-0217: " + subject + " has half of a surrogate pair at index " + i + " ('"
                                    + Printable.of(text)
                                    + "'); UTF-8 has no code for it, so different texts would be one key; pass text that was not"
                                    + " cut inside a character");
                }
                i++;
            }
        }
        return text;
    }

    static LockKeyException tooLong(Object subject, String length) {
        return new LockKeyException("ADVLOCK-0216: " + subject + " has " + length + "; allowed are " + LONGEST
                + "; use a shorter value, such as an id, or a digest of the long one");
    }
}
