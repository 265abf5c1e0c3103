package org.advisorylock.benchmarks;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.JtaStack.Enlistment;
import org.advisorylock.testbed.TcpProxy;
import org.advisorylock.testbed.TestDatabase;

/** What an uncontended lock adds to a call: Weld, Narayana, Agroal, pgjdbc and PostgreSQL, one thread. */
public final class Calls {

    private Calls() {}

    /** Runs for about a minute. */
    public static void main(String[] arguments) throws Exception {
        run(Size.FULL, System.out);
    }

    static void run(Size size, PrintStream out) throws Exception {
        FigureReport report = new FigureReport(out);
        report.title("One call of a @Transactional method that does SELECT 1");
        report.circumstances();
        try (JtaStack jta = JtaStack.start()) {
            List<Double> roundTrips;
            try (TcpProxy proxy = TcpProxy.toDatabase();
                    BenchmarkApplication<BenchmarkAccounts> application = start(jta, proxy.jdbcUrl())) {
                roundTrips = RoundTrips.count(proxy, candidates(application.bean()));
            }
            try (BenchmarkApplication<BenchmarkAccounts> application =
                    start(jta, TestDatabase.get().jdbcUrl())) {
                ServerCpu server = ServerCpu.ofBackends();
                List<Series> all = new SliceRounds(size, server).run(candidates(application.bean()));
                report.table(all, roundTrips, all.get(0), server.isReadable());
            }
        }
        report.circumstances();
    }

    /** With two connections, since the library's first call proves with a second one that the locks exclude. */
    static BenchmarkApplication<BenchmarkAccounts> start(JtaStack jta, String url) throws Exception {
        DataSource dataSource = jta.pool(Enlistment.LOCAL, url, 2);
        BenchmarkApplication<BenchmarkAccounts> application =
                BenchmarkApplication.on(dataSource, BenchmarkAccounts.class);
        application.bean().locked(1);
        return application;
    }

    private static List<Contestant> candidates(BenchmarkAccounts accounts) {
        List<Long> ten = LongStream.range(0, 10).boxed().toList();
        List<Long> hundred = LongStream.range(0, 100).boxed().toList();
        return List.of(
                new Contestant("no lock", accounts::unlocked),
                new Contestant("by hand, 1 key", () -> accounts.byHand(List.of(42L))),
                new Contestant("by hand, 1 key, on a connection asked for apart", () -> accounts.byHandApart(42)),
                new Contestant("@AdvisoryLock, 1 key", () -> accounts.locked(42)),
                new Contestant("TransactionLocks, 1 key", () -> accounts.inCode(42)),
                new Contestant("no lock, nested call", accounts::unlockedNested),
                new Contestant("@AdvisoryLock, nested call, same key", () -> accounts.lockedNested(42)),
                new Contestant("by hand, 10 keys one by one", () -> accounts.byHand(ten)),
                new Contestant("@AdvisoryLock, 10 keys", () -> accounts.several(ten)),
                new Contestant("@AdvisoryLock, 100 keys", () -> accounts.several(hundred)));
    }
}
