package org.advisorylock.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The promise for a hot key: with 40 threads on one key and a pool of ten connections, unrelated queries on that pool
 * keep at least 90 % of their throughput. The table also shows the figures without the gate. There are many short
 * phases. Each is compared with the idle phases before and after it, because the load of other programs comes and goes.
 */
public final class PoolStarvation {

    static final double PROMISED = 0.9;

    private static final int THREADS = 40;

    private PoolStarvation() {}

    /** Runs for about a minute, and ends with status 1 if the promise is not kept. */
    public static void main(String[] arguments) throws Exception {
        double kept = run(24, 500, System.out);
        System.exit(kept >= PROMISED ? 0 : 1);
    }

    /** The median share that is kept with the gate. */
    static double run(int rounds, long millis, PrintStream out) throws Exception {
        FigureReport report = new FigureReport(out);
        report.title(THREADS + " threads on one key, a pool of 10, 4 threads with unrelated reads on it");
        report.circumstances();
        List<Double> withGate = new ArrayList<>();
        List<Double> withoutGate = new ArrayList<>();
        try (Gated gated = new Gated()) {
            // Warm: statements prepared, code compiled.
            gated.run(true, THREADS, millis);
            gated.run(false, THREADS, millis);
            report.head("round", "phase", "reads/s", "of idle", "p50, ms", "p99, ms", "hot/s", "longest wait, ms");
            LoadPhase idle = gated.run(true, 0, millis);
            for (int round = 1; round <= rounds; round++) {
                print(report, round, "idle", idle, 1);
                for (boolean gate : new boolean[] {true, false}) {
                    LoadPhase pressed = gated.run(gate, THREADS, millis);
                    LoadPhase after = gated.run(true, 0, millis);
                    double share = 2 * pressed.readsPerSecond() / (idle.readsPerSecond() + after.readsPerSecond());
                    print(report, round, gate ? "gate" : "no gate", pressed, share);
                    (gate ? withGate : withoutGate).add(share);
                    idle = after;
                }
            }
        }
        double kept = median(withGate);
        report.circumstances();
        report.line(
                "Unrelated reads keep %.0f %% of their idle throughput with the gate (promised: %.0f %%), %.0f %% without it"
                        + " (medians of %d rounds): %s",
                100 * kept, 100 * PROMISED, 100 * median(withoutGate), rounds, kept >= PROMISED ? "KEPT" : "NOT KEPT");
        return kept;
    }

    private static void print(FigureReport report, int round, String name, LoadPhase phase, double share) {
        report.row(
                round,
                name,
                Math.round(phase.readsPerSecond()),
                share,
                phase.reads().millis(0.5),
                phase.reads().millis(0.99),
                Math.round(phase.hotPerSecond()),
                phase.hot().count() == 0 ? "-" : phase.hot().millis(1));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElse(Double.NaN);
    }
}
