package org.advisorylock.spi;

import org.advisorylock.LockKeyException;

/** The rules for the text of a key, wherever it comes from. */
public final class KeyText {

    /** So many characters the text of a key has at most. */
    public static final int LONGEST = 1000;

    private KeyText() {}

    /**
     * Refuses a text that is too long, or that UTF-8 could not tell from another one: in place of an unpaired surrogate
     * it has a
     * {@code ?}, so that two texts would be one key.
     *
     * @param text the text of a key, or of a part of it
     * @param subject what it is the text of, for the message
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
                                    + "'); UTF-8 has no code for it, so that different texts would be one key; give text that was not cut"
                                    + " inside a character");
                }
                i++;
            }
        }
        return text;
    }

    static LockKeyException tooLong(Object subject, String length) {
        return new LockKeyException("ADVLOCK-0216: " + subject + " has " + length + "; allowed are " + LONGEST
                + "; name a shorter value, as an id, or a digest of the long one");
    }
}
