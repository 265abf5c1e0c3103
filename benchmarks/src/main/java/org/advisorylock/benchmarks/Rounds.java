package org.advisorylock.benchmarks;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** One figure, measured once in each round. */
public final class Rounds {

    private final double[] values;

    /** Of this many rounds. */
    public Rounds(int rounds) {
        values = new double[rounds];
    }

    /** Notes the figure of a round. */
    public void put(int round, double value) {
        values[round] = value;
    }

    /** The middle one. */
    public double median() {
        return quantile(0.5);
    }

    /** So great a share of the rounds had less. */
    public double quantile(double share) {
        return quantile(share, round -> values[round]);
    }

    /** A quantile of the ratios to another figure, each within one round. */
    public double ratioTo(Rounds other, double share) {
        return quantile(share, round -> values[round] / other.values[round]);
    }

    private double quantile(double share, IntToDoubleFunction value) {
        double[] sorted = new double[values.length];
        Arrays.setAll(sorted, value);
        Arrays.sort(sorted);
        return sorted[(int) Math.round((sorted.length - 1) * share)];
    }
}
