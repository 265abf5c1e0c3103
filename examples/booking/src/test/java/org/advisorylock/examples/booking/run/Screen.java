package org.advisorylock.examples.booking.run;

import java.io.PrintStream;
import java.util.Locale;

/** The terminal: the only class that prints. */
final class Screen {
    private final PrintStream out;

    Screen(PrintStream out) {
        this.out = out;
    }

    static Screen terminal() {
        return new Screen(System.out);
    }

    void title(String text) {
        out.printf(Locale.ROOT, "%n%s%n", text);
    }

    void say(String text, Object... values) {
        out.printf(Locale.ROOT, "   " + text + "%n", values);
    }
}
