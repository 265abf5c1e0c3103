package org.advisorylock.benchmarks;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.advisorylock.testbed.TestDatabase;

/** Prints figures, as Markdown, under the circumstances that they were measured in. */
final class FigureReport {

    private final PrintStream out;

    FigureReport(PrintStream out) {
        this.out = out;
    }

    void title(String text) {
        line("");
        line("## %s", text);
        line("");
    }

    /** Prints the circumstances. Print them again after a run, because the load changes. */
    void circumstances() throws SQLException {
        machine();
        try (Connection connection = TestDatabase.get().connect()) {
            DatabaseMetaData product = connection.getMetaData();
            line(
                    "PostgreSQL %s (%s), pgjdbc %s",
                    product.getDatabaseProductVersion(), TestDatabase.get().kind(), product.getDriverVersion());
            line("");
        }
    }

    /** Of them, those that do not concern a database. */
    void machine() {
        line("");
        line(
                "%s, load average %.1f on %d processors, JDK %s",
                LocalDate.now(ZoneOffset.UTC),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version());
        line("");
    }

    void line(String format, Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
        out.flush();
    }

    void row(Object... cells) {
        StringBuilder row = new StringBuilder("|");
        for (Object cell : cells) {
            row.append(' ')
                    .append(cell instanceof Double number ? String.format(Locale.ROOT, "%.2f", number) : cell)
                    .append(" |");
        }
        line("%s", row);
    }

    void head(Object... cells) {
        row(cells);
        line("%s", "|" + " --- |".repeat(cells.length));
    }

    /** A table in which the times are ratios to one of the series. */
    void table(List<Series> all, List<Double> roundTrips, Series base, boolean serverIsReadable) {
        head(
                "per call",
                "round trips",
                "time / '" + base.name() + "' (median of rounds)",
                "the same (p10)",
                "client CPU, µs",
                "server CPU, µs",
                "bytes",
                "median, µs",
                "p10, µs");
        for (int i = 0; i < all.size(); i++) {
            Series series = all.get(i);
            row(
                    series.name(),
                    roundTrips.get(i),
                    series.wall().ratioTo(base.wall(), 0.5),
                    series.wall().quantile(0.1) / base.wall().quantile(0.1),
                    micros(series.client().median()),
                    serverIsReadable ? micros(series.server().median()) : "-",
                    Math.round(series.bytes().median()),
                    micros(series.wall().median()),
                    micros(series.wall().quantile(0.1)));
        }
    }

    private static String micros(double nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / 1000);
    }
}
