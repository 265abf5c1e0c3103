package org.advisorylock.benchmarks.peers;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.advisorylock.testbed.TestDatabase;

/** The library side by side with what one would use instead, and the page that tells of it. */
public final class Peers {

    private Peers() {}

    /**
     * Measures the parts that {@code bench.parts} names (names with commas, all, none) for about seven minutes, and
     * makes the page of their figures and of those that earlier runs have left.
     */
    public static void main(String[] arguments) throws Exception {
        String wanted = System.getProperty("bench.parts", "all");
        List<Part> parts = Parts.ALL.stream()
                .filter(part ->
                        wanted.equals("all") || List.of(wanted.split(",", -1)).contains(part.name()))
                .toList();
        Path figures = Path.of("figures");
        run(parts, Extent.FULL, figures, System.out);
        write(new Page(Reasons.read()).make(Parts.ALL, figures), Path.of("../docs"));
        System.exit(0);
    }

    /** Leaves the figures in a file for each part. */
    static void run(List<Part> parts, Extent extent, Path folder, PrintStream out) throws Exception {
        if (parts.isEmpty()) {
            return;
        }
        try (Stage stage = new Stage()) {
            warmUp(stage, extent);
            for (Part part : parts) {
                double before = load();
                long began = System.nanoTime();
                out.println(part.name() + " …");
                Figures figures = new Figures();
                part.run().into(figures, stage, extent, part.contenders());
                if (stage.direct().redis().isEmpty() && part.contenders().contains(Contender.REDISSON)) {
                    figures.addNotRun(
                            Contender.REDISSON,
                            "because there was no redis-server (Debian: apt-get install redis-server)");
                }
                figures.circumstance("run", circumstances(before));
                figures.write(folder.resolve(part.name() + ".tsv"));
                out.printf(Locale.ROOT, "%s: %.0f s%n", part.name(), (System.nanoTime() - began) / 1e9);
            }
        }
    }

    private static void warmUp(Stage stage, Extent extent) throws Exception {
        try (Ways ways = Ways.open(stage.direct(), 1)) {
            for (Way way : ways.of(List.of(Contender.values()))) {
                for (int i = 0; i < extent.warmUps(); i++) {
                    way.withdraw(0);
                }
            }
        }
    }

    private static void write(Map<Path, String> files, Path folder) throws IOException {
        for (Map.Entry<Path, String> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.writeString(path, file.getValue());
        }
    }

    private static String circumstances(double loadBefore) throws Exception {
        try (Connection connection = TestDatabase.get().connect()) {
            return String.format(
                    Locale.ROOT,
                    "Run of %s: %d processors, JDK %s, PostgreSQL %s (%s), pgjdbc %s, load %.1f before and %.1f after.",
                    LocalDate.now(ZoneOffset.UTC),
                    Runtime.getRuntime().availableProcessors(),
                    Runtime.version(),
                    connection.getMetaData().getDatabaseProductVersion(),
                    TestDatabase.get().kind().toString().toLowerCase(Locale.ROOT),
                    connection.getMetaData().getDriverVersion(),
                    loadBefore,
                    load());
        }
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
