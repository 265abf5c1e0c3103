package org.advisorylock.benchmarks;

/**
 * How long a comparison runs.
 *
 * @param warmUps rounds that are thrown away
 * @param rounds how often each candidate has its slice
 * @param calls how many calls make a slice
 */
public record Size(int warmUps, int rounds, int calls) {

    /** About a minute. */
    static final Size FULL = new Size(40, 200, 100);

    /** So that a comparison is seen to run at all. */
    static final Size TINY = new Size(1, 2, 3);

    /** The same with shorter slices, for calls that take longer. */
    Size forLongCalls(int times) {
        return new Size(warmUps, rounds, Math.max(1, calls / Math.max(1, times / 10)));
    }
}
