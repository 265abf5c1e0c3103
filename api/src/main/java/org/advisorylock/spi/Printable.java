package org.advisorylock.spi;

/**
 * Makes text from outside safe to print in a message or a log line. It escapes control characters, line and paragraph
 * separators, format characters (such as bidirectional controls) and unpaired surrogates, and it cuts long texts.
 */
public final class Printable {

    /** How many characters of a key's text, or of another value, a message shows. */
    public static final int LONGEST_VALUE = 100;

    /** The most characters that a message has. */
    public static final int LONGEST_MESSAGE = 2000;

    private Printable() {}

    /**
     * A value as messages show it.
     *
     * @param text any text
     * @return the escaped text; if it is longer than {@link #LONGEST_VALUE}, the beginning and the length
     */
    public static String of(String text) {
        return of(text, LONGEST_VALUE);
    }

    /**
     * A text as messages show it.
     *
     * @param text any text
     * @param most the most characters of the result, without the note of the whole length
     * @return the escaped text; if it is longer, the beginning and the length
     */
    public static String of(String text, int most) {
        if (text.length() <= most && isPlain(text)) {
            return text;
        }
        StringBuilder printed = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            String one = mustBeEscaped(c) ? escaped(c) : Character.toString(c);
            if (printed.length() + one.length() > most) {
                return printed + "... (" + text.length() + " characters)";
            }
            printed.append(one);
            at += Character.charCount(c);
        }
        return printed.toString();
    }

    /**
     * A whole message: escaped, and cut to {@link #LONGEST_MESSAGE}.
     *
     * @param text any text
     * @return a text of at most that many characters
     */
    public static String message(String text) {
        // The note of the length needs room, too.
        return text.length() <= LONGEST_MESSAGE && isPlain(text) ? text : of(text, LONGEST_MESSAGE - 50);
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || (c > '~' && (Character.isSurrogate(c) || mustBeEscaped(c)))) {
                return false;
            }
        }
        return true;
    }

    private static boolean mustBeEscaped(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static String escaped(int c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> {
                StringBuilder units = new StringBuilder();
                for (char unit : Character.toChars(c)) {
                    String digits = Integer.toHexString(unit);
                    units.append("\\u").append("0".repeat(4 - digits.length())).append(digits);
                }
                yield units.toString();
            }
        };
    }
}
