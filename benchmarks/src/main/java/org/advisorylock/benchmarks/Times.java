package org.advisorylock.benchmarks;

import java.util.Arrays;

/** Durations in nanoseconds, gathered by one thread or put together from several. */
public final class Times {

    private long[] nanos = new long[1024];
    private int count;

    /** Adds one. */
    public void add(long time) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = time;
    }

    void addAll(Times others) {
        for (int i = 0; i < others.count; i++) {
            add(others.nanos[i]);
        }
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** A quantile in milliseconds, NaN of nothing. */
    public double millis(double quantile) {
        if (count == 0) {
            return Double.NaN;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.round((count - 1) * quantile)] / 1e6;
    }
}
