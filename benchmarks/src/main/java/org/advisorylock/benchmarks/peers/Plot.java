package org.advisorylock.benchmarks.peers;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.advisorylock.benchmarks.peers.Figures.Figure;

/** Draws figures as SVG: bars if nothing was varied, else a line for each contender. */
final class Plot {

    private static final int WIDTH = 760;
    private static final int LEFT = 190;
    private static final int RIGHT = 90;
    private static final int BAR = 22;
    private static final int TOP = 44;
    private static final int HEIGHT = 400;
    private static final int LEGEND = 200;
    private static final String OURS = "#0b5cad";
    private static final String OUR_SESSIONS = "#0097b2";
    private static final String OTHERS = "#9aa5b1";
    private static final List<String> COLORS = List.of(
            "#c0392b", "#e67e22", "#8e44ad", "#7f8c8d", "#27ae60", "#d4ac0d", "#16a085", "#a04000", "#5d6d7e",
            "#e84393", "#2c3e50");

    private final StringBuilder svg = new StringBuilder();

    private Plot(int width, int height, String title) {
        line(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\""
                        + " font-family=\"sans-serif\" font-size=\"13\">",
                width, height, width, height);
        line("<title>%s</title>", title);
        line("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", width, height);
        line("<text x=\"12\" y=\"24\" font-size=\"15\" font-weight=\"bold\" fill=\"#222222\">%s</text>", title);
    }

    /** A picture of one measure. */
    static String of(String title, String varied, List<Figure> figures) {
        return varied.isEmpty() ? bars(title, figures) : lines(title, varied, figures);
    }

    private static String bars(String title, List<Figure> figures) {
        double most = figures.stream().mapToDouble(Figure::median).max().orElse(1);
        double scale = (WIDTH - LEFT - RIGHT) / Math.max(most, 1e-9);
        Plot plot = new Plot(WIDTH, TOP + figures.size() * BAR + 12, title);
        for (int i = 0; i < figures.size(); i++) {
            Figure figure = figures.get(i);
            int y = TOP + i * BAR;
            plot.text(
                    LEFT - 8,
                    y + 14,
                    "end",
                    figure.contender().isOurs(),
                    figure.contender().plainTitle());
            plot.line(
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                    LEFT, y, figure.median() * scale, BAR - 5, color(figure.contender(), OTHERS));
            plot.text(
                    LEFT + figure.median() * scale + 6,
                    y + 14,
                    "start",
                    figure.contender().isOurs(),
                    String.format(Locale.ROOT, "%.2f", figure.median()));
        }
        return plot.end();
    }

    private static String lines(String title, String varied, List<Figure> figures) {
        List<Double> places =
                List.copyOf(new TreeSet<>(figures.stream().map(Figure::x).toList()));
        double most = figures.stream().mapToDouble(Figure::median).max().orElse(1);
        double least = Math.max(
                1e-3, figures.stream().mapToDouble(Figure::median).min().orElse(0.1));
        int width = WIDTH - LEGEND - 60;
        Plot plot = new Plot(WIDTH, HEIGHT, title + " (logarithmic)");
        int bottom = HEIGHT - 50;
        for (double tick = Math.pow(10, Math.floor(Math.log10(least))); tick <= most; tick *= 10) {
            for (double part : new double[] {1, 2, 5}) {
                double value = tick * part;
                if (value >= least * 0.99 && value <= most * 1.01) {
                    double y = y(value, least, most, bottom);
                    plot.line("<path d=\"M50 %.1fH%d\" stroke=\"#e3e6ea\"/>", y, 50 + width);
                    plot.text(44, y + 4, "end", false, value < 1 ? String.valueOf((float) value) : "" + (long) value);
                }
            }
        }
        for (int i = 0; i < places.size(); i++) {
            plot.text(x(i, places.size(), width), bottom + 20, "middle", false, Page.number(places.get(i), 1));
        }
        plot.text(50 + width / 2.0, bottom + 40, "middle", false, varied);
        List<Contender> contenders =
                figures.stream().map(Figure::contender).distinct().toList();
        for (int i = 0; i < contenders.size(); i++) {
            Contender contender = contenders.get(i);
            String color = color(contender, COLORS.get(i % COLORS.size()));
            StringBuilder path = new StringBuilder();
            for (Figure figure : figures) {
                if (figure.contender() == contender) {
                    path.append(String.format(
                            Locale.ROOT,
                            "%s%.1f %.1f",
                            path.isEmpty() ? "M" : "L",
                            x(places.indexOf(figure.x()), places.size(), width),
                            y(Math.max(figure.median(), least), least, most, bottom)));
                }
            }
            String dashes = contender == Contender.TRANSACTION_LOCKS || contender == Contender.SESSION_SCOPE
                    ? " stroke-dasharray=\"5 3\""
                    : "";
            plot.line(
                    "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%d\"%s/>",
                    path, color, contender.isOurs() ? 3 : 1, dashes);
            int y = TOP + 14 + i * 20;
            plot.line(
                    "<path d=\"M%d %dH%d\" stroke=\"%s\" stroke-width=\"%d\"%s/>",
                    WIDTH - LEGEND + 4, y - 4, WIDTH - LEGEND + 28, color, contender.isOurs() ? 3 : 1, dashes);
            plot.text(WIDTH - LEGEND + 34, y, "start", contender.isOurs(), contender.plainTitle());
        }
        return plot.end();
    }

    private static String color(Contender contender, String other) {
        if (!contender.isOurs()) {
            return other;
        }
        return contender.kind() == Contender.Kind.AROUND_TRANSACTION ? OUR_SESSIONS : OURS;
    }

    private static double x(int place, int places, int width) {
        return 60 + (width - 20) * (places < 2 ? 0.5 : place / (places - 1.0));
    }

    private static double y(double value, double least, double most, int bottom) {
        double share = Math.log(value / least) / Math.max(1e-9, Math.log(most / least));
        return bottom - share * (bottom - TOP - 10);
    }

    private void text(double x, double y, String anchor, boolean bold, String text) {
        line(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s fill=\"#222222\">%s</text>",
                x, y, anchor, bold ? " font-weight=\"bold\"" : "", text);
    }

    private void line(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private String end() {
        line("</svg>");
        return svg.toString();
    }
}
