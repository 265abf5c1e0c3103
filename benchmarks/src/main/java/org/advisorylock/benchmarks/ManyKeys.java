package org.advisorylock.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.TcpProxy;
import org.advisorylock.testbed.TestDatabase;

/** What several free keys cost, beside one statement by hand that locks the same number of keys. One thread. */
public final class ManyKeys {

    private ManyKeys() {}

    /** Runs for about a minute. */
    public static void main(String[] arguments) throws Exception {
        run(Size.FULL, System.out, 10, 100, 1000);
    }

    static void run(Size size, PrintStream out, int... counts) throws Exception {
        FigureReport report = new FigureReport(out);
        report.title("Several free keys, all in one message");
        report.circumstances();
        try (JtaStack jta = JtaStack.start();
                TcpProxy proxy = TcpProxy.toDatabase();
                BenchmarkApplication<BenchmarkAccounts> counted = Calls.start(jta, proxy.jdbcUrl());
                BenchmarkApplication<BenchmarkAccounts> measured =
                        Calls.start(jta, TestDatabase.get().jdbcUrl())) {
            for (int count : counts) {
                List<Double> roundTrips = RoundTrips.count(proxy, candidates(counted.bean(), count));
                ServerCpu server = ServerCpu.ofBackends();
                List<Series> all =
                        new SliceRounds(size.forLongCalls(count), server).run(candidates(measured.bean(), count));
                report.table(all, roundTrips, all.get(0), server.isReadable());
                report.line("");
            }
        }
        report.circumstances();
    }

    private static List<Contestant> candidates(BenchmarkAccounts accounts, int count) {
        List<Long> ids = LongStream.range(0, count).boxed().toList();
        List<Contestant> all = new ArrayList<>();
        all.add(new Contestant("by hand, " + count + " keys in one statement", () -> accounts.byHandAtOnce(ids)));
        all.add(new Contestant(
                "by hand, " + count + " keys in one statement, from their texts", () -> accounts.byHandFromTexts(ids)));
        all.add(new Contestant("@AdvisoryLock, " + count + " keys", () -> accounts.several(ids)));
        all.add(new Contestant("TransactionLocks, " + count + " keys", () -> accounts.severalInCode(ids)));
        return all;
    }
}
