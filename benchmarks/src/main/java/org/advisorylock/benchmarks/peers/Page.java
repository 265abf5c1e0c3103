package org.advisorylock.benchmarks.peers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.advisorylock.benchmarks.peers.Figures.Figure;
import org.advisorylock.benchmarks.peers.Part.Measure;

/** Makes {@code docs/benchmarks.md} and its pictures of the figures that the parts have left. */
final class Page {

    /** Less than that is noise on a machine that does other work, too. */
    private static final double CLEARLY = 0.03;

    private final Reasons reasons;
    private final Map<Path, String> files = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();

    Page(Reasons reasons) {
        this.reasons = reasons;
    }

    /** The files, by their place in the folder of the documents. */
    Map<Path, String> make(List<Part> parts, Path figures) throws IOException {
        try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream("introduction.md"))) {
            text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        for (Part part : parts) {
            Path file = figures.resolve(part.name() + ".tsv");
            if (Files.exists(file)) {
                section(part, Figures.read(file));
            }
        }
        files.put(Path.of("benchmarks.md"), text.toString());
        return files;
    }

    private void section(Part part, Figures figures) {
        line("");
        line("## " + part.title());
        line("");
        line(part.text());
        line("");
        line(figures.circumstance("run"));
        line("");
        Measure shown = part.measures().get(0);
        Path picture = Path.of("images", "benchmarks-" + part.name() + ".svg");
        String title = part.title() + ": " + shown.title();
        files.put(picture, Plot.of(title, part.varied(), figures.of(shown.name())));
        line("![" + title + "](" + picture.toString().replace('\\', '/') + ")");
        if (part.varied().isEmpty()) {
            table(part, figures);
        } else {
            for (Measure measure : part.measures()) {
                table(part, measure, figures);
            }
        }
        List<String> betters = betters(part, figures);
        line("");
        line(
                betters.isEmpty()
                        ? "No other way is better here."
                        : "Other ways are better in these rows, by more than " + Math.round(CLEARLY * 100) + " %:");
        line("");
        betters.forEach(this::line);
        figures.notRun().forEach((contender, reason) -> line("- " + contender.title() + ": not run, " + reason));
    }

    /** One table, a column for each measure. */
    private void table(Part part, Figures figures) {
        List<String> head = new ArrayList<>(List.of(""));
        part.measures().forEach(measure -> head.add(measure.title()));
        head(head);
        for (Contender contender : part.contenders()) {
            List<String> cells = new ArrayList<>();
            for (Measure measure : part.measures()) {
                cells.add(cell(measure, figures, contender, 0));
            }
            row(contender, cells);
        }
    }

    /** A table of one measure, a column for each number that was varied. */
    private void table(Part part, Measure measure, Figures figures) {
        line("");
        line("**" + measure.title() + "**, by " + part.varied());
        TreeSet<Double> places =
                new TreeSet<>(figures.of(measure.name()).stream().map(Figure::x).toList());
        List<String> head = new ArrayList<>(List.of(""));
        places.forEach(place -> head.add(number(place, 1)));
        head(head);
        for (Contender contender : part.contenders()) {
            row(
                    contender,
                    places.stream()
                            .map(place -> cell(measure, figures, contender, place))
                            .toList());
        }
    }

    private static String cell(Measure measure, Figures figures, Contender contender, double x) {
        return figures.of(measure.name(), contender, x)
                .map(figure -> {
                    String median = number(figure.median(), measure.digits());
                    return figure.low() == figure.high()
                            ? median
                            : median + " (" + number(figure.low(), measure.digits()) + "–"
                                    + number(figure.high(), measure.digits()) + ")";
                })
                .orElse(figures.notRun().containsKey(contender) ? "not run" : "–");
    }

    /** A line for each contender that beats one of the library's ways of the same kind. */
    private List<String> betters(Part part, Figures figures) {
        List<String> lines = new ArrayList<>();
        for (Contender contender : part.contenders()) {
            List<String> where = new ArrayList<>();
            for (Contender ours : part.contenders()) {
                if (ours.isOurs() && !contender.isOurs() && ours.kind() == contender.kind()) {
                    List<String> measures = part.measures().stream()
                            .map(measure -> better(part, measure, figures, contender, ours))
                            .filter(measure -> !measure.isEmpty())
                            .toList();
                    if (!measures.isEmpty()) {
                        where.add("than " + ours.title() + ": " + String.join(", ", measures));
                    }
                }
            }
            if (!where.isEmpty()) {
                lines.add("- **" + contender.title() + "**: " + reasons.of(part, contender) + ". Better "
                        + String.join("; ", where) + ".");
            }
        }
        return lines;
    }

    /** The measure with the places where the other one is better; empty if there is none. */
    private static String better(Part part, Measure measure, Figures figures, Contender other, Contender ours) {
        List<String> places = figures.of(measure.name()).stream()
                .filter(figure -> figure.contender() == other)
                .filter(figure -> figures.of(measure.name(), ours, figure.x())
                        .filter(own -> isBetter(measure, figure.median(), own.median()))
                        .isPresent())
                .map(figure -> number(figure.x(), 1))
                .toList();
        String at = part.varied().isEmpty() ? "" : " (" + part.varied() + ": " + String.join(", ", places) + ")";
        return places.isEmpty() ? "" : measure.title() + at;
    }

    private static boolean isBetter(Measure measure, double other, double own) {
        return switch (measure.better()) {
            case LESS -> other < own * (1 - CLEARLY);
            case MORE -> other > own * (1 + CLEARLY);
            case NONE -> false;
        };
    }

    /** Whole numbers without a point. */
    static String number(double value, int digits) {
        if (digits == 0 || (value == Math.rint(value) && digits < 2)) {
            return String.format(Locale.ROOT, "%,d", Math.round(value));
        }
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private void head(List<String> cells) {
        line("");
        line("| " + String.join(" | ", cells) + " |");
        line("|" + " --- |".repeat(cells.size()));
    }

    private void row(Contender contender, List<String> cells) {
        String name = contender.isOurs() ? "**" + contender.title() + "**" : contender.title();
        line("| " + name + " | " + String.join(" | ", cells) + " |");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
