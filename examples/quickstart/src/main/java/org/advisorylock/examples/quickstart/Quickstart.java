package org.advisorylock.examples.quickstart;

import jakarta.enterprise.inject.se.SeContainer;
import java.sql.SQLException;

/** The demonstration. Ends with exit code 1 if one of its claims does not hold. */
public final class Quickstart {
    private Quickstart() {}

    public static void main(String[] arguments) {
        Screen screen = Screen.terminal();
        boolean holds = false;
        try {
            holds = demonstrate(screen).holds();
        } catch (SQLException | RuntimeException e) {
            screen.failure(e);
        }
        if (!holds) {
            System.exit(1);
        }
    }

    static Outcome demonstrate(Screen screen) throws SQLException {
        try (SeContainer container = Platform.start()) {
            Outcome outcome = container.select(Bank.class).get().open(screen);
            screen.result(outcome);
            return outcome;
        }
    }
}
