package org.advisorylock.benchmarks.peers;

import org.advisorylock.benchmarks.Size;

/**
 * How much is measured.
 *
 * @param warmUps calls of each way before anything is measured, so that its code is compiled
 * @param slices of calls in one thread
 * @param rounds of phases in which threads press for a key
 * @param millis of such a phase
 * @param delays of a round trip, in microseconds
 * @param withdrawals of each of 16 threads
 */
record Extent(
        int warmUps,
        Size slices,
        int rounds,
        long millis,
        int[] keys,
        int[] threads,
        int[] jvms,
        int[] held,
        int[] delays,
        int withdrawals) {

    /** Fewer and shorter slices, for calls that take so many times as long. */
    Size shorter(int times) {
        return new Size(
                Math.min(3, slices.warmUps()),
                Math.min(30, slices.rounds()),
                Math.max(1, slices.calls() * 10 / (10 + times)));
    }

    /** About seven minutes for all parts. */
    static final Extent FULL = new Extent(
            2000,
            new Size(20, 150, 20),
            3,
            300,
            new int[] {1, 10, 100, 1000},
            new int[] {1, 4, 16, 64, 256},
            new int[] {1, 2, 4, 8},
            new int[] {1, 10, 100, 1000, 10_000},
            new int[] {0, 500, 1000, 2000, 5000},
            200);

    /** So that each part is seen to run at all. */
    static final Extent TINY = new Extent(
            1,
            new Size(1, 2, 2),
            1,
            40,
            new int[] {1, 10},
            new int[] {2, 16},
            new int[] {2},
            new int[] {1, 20},
            new int[] {0, 500},
            4);
}
