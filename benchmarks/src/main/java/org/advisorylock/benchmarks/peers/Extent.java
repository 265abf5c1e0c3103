package org.advisorylock.benchmarks.peers;

import java.util.List;
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
        List<Integer> keys,
        List<Integer> threads,
        List<Integer> jvms,
        List<Integer> held,
        List<Integer> delays,
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
            List.of(1, 10, 100, 1000),
            List.of(1, 4, 16, 64, 256),
            List.of(1, 2, 4, 8),
            List.of(1, 10, 100, 1000, 10_000),
            List.of(0, 500, 1000, 2000, 5000),
            200);

    /** So that each part is seen to run at all. */
    static final Extent TINY = new Extent(
            1,
            new Size(1, 2, 2),
            1,
            40,
            List.of(1, 10),
            List.of(2, 16),
            List.of(2),
            List.of(1, 20),
            List.of(0, 500),
            4);
}
