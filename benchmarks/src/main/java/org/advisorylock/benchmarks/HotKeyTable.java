package org.advisorylock.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Gathers the phases of {@link HotKey} and prints their medians. */
final class HotKeyTable {

    private record Measured(int threads, boolean gate, LoadPhase phase, double readsOfIdle) {}

    private final int[] threads;
    private final List<Measured> all = new ArrayList<>();

    HotKeyTable(int[] threads) {
        this.threads = threads.clone();
    }

    void add(int threads, boolean gate, LoadPhase phase, LoadPhase idle) {
        all.add(new Measured(threads, gate, phase, phase.readsPerSecond() / idle.readsPerSecond()));
    }

    void print(FigureReport report) {
        report.head(
                "threads",
                "gate",
                "hot/s",
                "median wait, ms",
                "longest wait, ms",
                "longest / median",
                "unrelated reads of idle",
                "their p99, ms");
        for (int count : threads) {
            for (boolean gate : new boolean[] {true, false}) {
                report.row(
                        count,
                        gate ? "on" : "off",
                        Math.round(median(count, gate, seen -> seen.phase().hotPerSecond())),
                        median(count, gate, seen -> seen.phase().hot().millis(0.5)),
                        median(count, gate, seen -> seen.phase().hot().millis(1)),
                        median(
                                count,
                                gate,
                                seen -> seen.phase().hot().millis(1)
                                        / seen.phase().hot().millis(0.5)),
                        median(count, gate, Measured::readsOfIdle),
                        median(count, gate, seen -> seen.phase().reads().millis(0.99)));
            }
        }
    }

    private double median(int threads, boolean gate, ToDoubleFunction<Measured> value) {
        double[] values = all.stream()
                .filter(seen -> seen.threads() == threads && seen.gate() == gate)
                .mapToDouble(value)
                .sorted()
                .toArray();
        return values[values.length / 2];
    }
}
