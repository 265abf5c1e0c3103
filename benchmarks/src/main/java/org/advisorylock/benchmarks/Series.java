package org.advisorylock.benchmarks;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** The figures of one candidate: nanoseconds for one call, for each round. */
final class Series {

    private final String name;
    private final double[] wall;
    private final double[] client;
    private final double[] server;
    private final double[] bytes;

    Series(String name, int rounds) {
        this.name = name;
        wall = new double[rounds];
        client = new double[rounds];
        server = new double[rounds];
        bytes = new double[rounds];
    }

    void put(int round, double wallNanos, double clientNanos, double serverNanos, double allocated) {
        wall[round] = wallNanos;
        client[round] = clientNanos;
        server[round] = serverNanos;
        bytes[round] = allocated;
    }

    String name() {
        return name;
    }

    /** Time by the clock, which other programs lengthen. */
    double wall(double quantile) {
        return quantile(wall.length, quantile, round -> wall[round]);
    }

    /** The median of the ratios to another candidate, each within one round. */
    double ratioTo(Series other) {
        return quantile(wall.length, 0.5, round -> wall[round] / other.wall[round]);
    }

    /** Processor time of the calling thread. */
    double client() {
        return quantile(client.length, 0.5, round -> client[round]);
    }

    /** Processor time of PostgreSQL's backends. */
    double server() {
        return quantile(server.length, 0.5, round -> server[round]);
    }

    /** What the calling thread allocates. */
    double bytes() {
        return quantile(bytes.length, 0.5, round -> bytes[round]);
    }

    private static double quantile(int count, double quantile, IntToDoubleFunction value) {
        double[] sorted = new double[count];
        Arrays.setAll(sorted, value);
        Arrays.sort(sorted);
        return sorted[(int) Math.round((count - 1) * quantile)];
    }
}
