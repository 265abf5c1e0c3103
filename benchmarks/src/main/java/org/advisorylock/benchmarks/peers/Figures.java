package org.advisorylock.benchmarks.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.advisorylock.benchmarks.Rounds;

/** What one part has measured, and under which circumstances: a text file with tabs. */
final class Figures {

    private static final String NOT_RUN = "not run";

    /**
     * One figure of a contender.
     *
     * @param measure its name, such as {@code time}
     * @param x what was varied, such as a number of keys; 0 if nothing was
     */
    record Figure(String measure, Contender contender, double x, double low, double median, double high) {}

    private final Map<String, String> circumstances = new LinkedHashMap<>();
    private final Map<Contender, String> notRun = new LinkedHashMap<>();
    private final List<Figure> all = new ArrayList<>();

    void add(String measure, Contender contender, double x, double low, double median, double high) {
        all.add(new Figure(measure, contender, x, low, median, high));
    }

    void add(String measure, Contender contender, double x, double value) {
        add(measure, contender, x, value, value, value);
    }

    /** The ratios to another one's rounds: their median, and what a tenth of them was below and above. */
    void addRatio(String measure, Contender contender, double x, Rounds rounds, Rounds base) {
        add(measure, contender, x, rounds.ratioTo(base, 0.1), rounds.ratioTo(base, 0.5), rounds.ratioTo(base, 0.9));
    }

    void add(String measure, Contender contender, double x, Rounds rounds) {
        add(measure, contender, x, rounds.quantile(0.1), rounds.median(), rounds.quantile(0.9));
    }

    /** A contender that could not take part, or only in some. */
    void addNotRun(Contender contender, String reason) {
        notRun.put(contender, reason);
    }

    void circumstance(String name, String value) {
        circumstances.put(name, value);
    }

    String circumstance(String name) {
        return circumstances.getOrDefault(name, "?");
    }

    Map<Contender, String> notRun() {
        return notRun;
    }

    /** Those of one measure, in the order in which they were added. */
    List<Figure> of(String measure) {
        return all.stream().filter(figure -> figure.measure().equals(measure)).toList();
    }

    Optional<Figure> of(String measure, Contender contender, double x) {
        return of(measure).stream()
                .filter(figure -> figure.contender() == contender && figure.x() == x)
                .findFirst();
    }

    void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        circumstances.forEach((name, value) -> lines.add("#\t" + name + "\t" + value));
        notRun.forEach((contender, reason) -> lines.add(NOT_RUN + "\t" + contender + "\t" + reason));
        for (Figure figure : all) {
            lines.add(String.join(
                    "\t",
                    figure.measure(),
                    figure.contender().name(),
                    number(figure.x()),
                    number(figure.low()),
                    number(figure.median()),
                    number(figure.high())));
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, lines);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf((float) value);
    }

    static Figures read(Path file) {
        Figures figures = new Figures();
        try {
            for (String line : Files.readAllLines(file)) {
                String[] cells = line.split("\t", -1);
                if (cells[0].equals("#")) {
                    figures.circumstance(cells[1], cells[2]);
                } else if (cells[0].equals(NOT_RUN)) {
                    figures.addNotRun(Contender.valueOf(cells[1]), cells[2]);
                } else {
                    figures.add(
                            cells[0],
                            Contender.valueOf(cells[1]),
                            Double.parseDouble(cells[2]),
                            Double.parseDouble(cells[3]),
                            Double.parseDouble(cells[4]),
                            Double.parseDouble(cells[5]));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return figures;
    }
}
