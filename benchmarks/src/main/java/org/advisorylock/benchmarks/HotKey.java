package org.advisorylock.benchmarks;

import java.io.PrintStream;

/** How one key passes among more and more threads, with and without the gate, on a pool of ten connections. */
public final class HotKey {

    private static final int[] THREADS = {2, 4, 8, 16, 32, 64};

    private HotKey() {}

    /** Runs for about a minute. */
    public static void main(String[] arguments) throws Exception {
        run(3, 1_500, System.out);
    }

    static void run(int rounds, long millis, PrintStream out) throws Exception {
        FigureReport report = new FigureReport(out);
        report.title("One key, held for 2 ms at a time, a pool of 10, 4 threads with unrelated reads on it");
        report.circumstances();
        try (Gated gated = new Gated()) {
            gated.run(true, 8, millis);
            gated.run(false, 8, millis);
            HotKeyTable table = new HotKeyTable(THREADS);
            for (int round = 0; round < rounds; round++) {
                LoadPhase idle = gated.run(true, 0, millis);
                for (int threads : THREADS) {
                    table.add(threads, true, gated.run(true, threads, millis), idle);
                    table.add(threads, false, gated.run(false, threads, millis), idle);
                }
            }
            table.print(report);
        }
        report.circumstances();
    }
}
