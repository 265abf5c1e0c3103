package org.advisorylock.examples.quickstart;

import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.advisorylock.LockInfo;
import org.jspecify.annotations.Nullable;

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

    void say(String text, Object... numbers) {
        out.printf(Locale.ROOT, "   " + text + "%n", numbers);
    }

    /**
     * One line for each holder of a lock and each waiter, as pg_locks has them; waiters in the order of their arrival.
     */
    void locks(List<LockInfo> locks) {
        if (locks.isEmpty()) {
            say("| nobody holds or waits");
        }
        locks.stream()
                .sorted(Comparator.comparing(LockInfo::waitingSince, Comparator.nullsFirst(Comparator.naturalOrder())))
                .forEach(lock -> out.printf(
                        Locale.ROOT,
                        "   | pid %s %s %s%s%n",
                        lock.pid(),
                        lock.granted() ? "holds    " : "waits for",
                        lock.key().text().orElse(lock.key().toString()),
                        lock.granted() ? "" : ", since " + time(lock.waitingSince()) + ", " + behind(lock)));
    }

    private static String behind(LockInfo waiter) {
        return waiter.blockedBy().size() == 1
                ? "behind pid " + waiter.blockedBy().get(0)
                : "behind " + waiter.blockedBy().size() + " others";
    }

    private static String time(@Nullable Instant since) {
        // PostgreSQL tells it from version 14 on.
        return since == null
                ? "an unknown time"
                : DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT)
                        .withZone(ZoneId.systemDefault())
                        .format(since);
    }

    void failure(Throwable failure) {
        title("The demonstration broke off");
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            say("%s", cause);
        }
    }

    void result(Outcome outcome) {
        title("Checked in this run");
        for (Outcome.Claim claim : outcome.claims()) {
            out.printf(Locale.ROOT, "   [%s] %s%n", claim.holds() ? "ok" : "NOT SO", claim.sentence());
        }
    }
}
