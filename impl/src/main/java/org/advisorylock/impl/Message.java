package org.advisorylock.impl;

import java.util.Locale;
import org.advisorylock.spi.Printable;
import org.jspecify.annotations.Nullable;

/**
 * The text of an error or a warning: what happened, numbers, what to do. Each has a row in {@code docs/errors.md}, and
 * an id is never used twice. Ids 0201 to 0208, 0211, 0213 and 0216 to 0224 belong to the API.
 */
public interface Message {

    /** Four digits. */
    String id();

    /** The text with a place for each argument, as {@link String#format} wants it. */
    String template();

    /**
     * The text after its id: {@code ADVLOCK-nnnn: ...}. Arguments are escaped, and long ones are cut. So a value from
     * outside cannot forge or flood a log, and the cure at the end of the message is always there.
     */
    default String text(@Nullable Object... arguments) {
        String text = format(Printable.LONGEST_MESSAGE / 2, arguments);
        if (text.length() > Printable.LONGEST_MESSAGE) {
            text = format((Printable.LONGEST_MESSAGE - template().length()) / (arguments.length + 1), arguments);
        }
        return Printable.message(text);
    }

    private String format(int longest, @Nullable Object... arguments) {
        @Nullable Object[] printable = arguments.clone();
        for (int i = 0; i < printable.length; i++) {
            if (!(printable[i] instanceof Number)) {
                printable[i] = Printable.of(String.valueOf(printable[i]), longest);
            }
        }
        return "ADVLOCK-" + id() + ": " + String.format(Locale.ROOT, template(), printable);
    }

    /** Whether a text is this message. */
    default boolean isIn(@Nullable String text) {
        return text != null && text.startsWith("ADVLOCK-" + id() + ": ");
    }
}
