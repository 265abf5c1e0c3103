package org.advisorylock.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.advisorylock.testbed.TcpProxy;

/** Counts at a proxy what one call of each candidate sends. */
public final class RoundTrips {

    private static final int CALLS = 20;

    /** More than pgjdbc needs to prepare a statement in the server, which it does at the fifth use. */
    private static final int WARM_UPS = 10;

    private RoundTrips() {}

    /** Returns one number for each candidate, in order. */
    public static List<Double> count(TcpProxy proxy, List<Contestant> candidates) throws Exception {
        List<Double> counts = new ArrayList<>();
        for (Contestant candidate : candidates) {
            for (int i = 0; i < WARM_UPS; i++) {
                candidate.call().run();
            }
            long before = proxy.roundTrips();
            for (int i = 0; i < CALLS; i++) {
                candidate.call().run();
            }
            counts.add((proxy.roundTrips() - before) / (double) CALLS);
        }
        return counts;
    }
}
