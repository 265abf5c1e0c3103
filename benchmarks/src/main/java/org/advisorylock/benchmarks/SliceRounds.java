package org.advisorylock.benchmarks;

import java.util.List;

/**
 * Measures candidates in slices, A B C … A B C …, so that whatever else the machine does falls on all of them alike.
 * Absolute times of such a run mean little; the ratios within its rounds do.
 */
public final class SliceRounds {

    private final Size size;
    private final ServerCpu server;

    /** Measures this much. */
    public SliceRounds(Size size, ServerCpu server) {
        this.size = size;
        this.server = server;
    }

    /** One series for each candidate, in their order. */
    public List<Series> run(List<Contestant> candidates) throws Exception {
        List<Series> all = candidates.stream()
                .map(candidate -> new Series(candidate.name(), size.rounds()))
                .toList();
        for (int round = -size.warmUps(); round < size.rounds(); round++) {
            for (int i = 0; i < candidates.size(); i++) {
                measure(candidates.get(i), all.get(i), round);
            }
        }
        return all;
    }

    private void measure(Contestant candidate, Series series, int round) throws Exception {
        long serverBegan = server.nanos();
        ThreadUse before = ThreadUse.before();
        long began = System.nanoTime();
        for (int i = 0; i < size.calls(); i++) {
            candidate.call().run();
        }
        long ended = System.nanoTime();
        ThreadUse after = ThreadUse.after();
        long serverEnded = server.nanos();
        if (round >= 0) {
            double calls = size.calls();
            series.wall().put(round, (ended - began) / calls);
            series.client().put(round, after.nanosSince(before) / calls);
            series.server().put(round, (serverEnded - serverBegan) / calls);
            series.bytes().put(round, after.bytesSince(before) / calls);
        }
    }
}
