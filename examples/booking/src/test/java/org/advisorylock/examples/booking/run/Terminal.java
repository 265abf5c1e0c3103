package org.advisorylock.examples.booking.run;

import java.io.PrintStream;
import java.util.Locale;

/** The terminal: the only class that prints. */
final class Terminal {
    private final PrintStream out;

    Terminal(PrintStream out) {
        this.out = out;
    }

    static Terminal terminal() {
        return new Terminal(System.out);
    }

    void title(String text) {
        out.printf(Locale.ROOT, "%n%s%n", text);
    }

    void say(String text, Object... values) {
        out.printf(Locale.ROOT, "   " + text + "%n", values);
    }
}
