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
        Report report = new Report(out);
        report.title("One call of a @Transactional method that does SELECT 1");
        report.circumstances();
        try (JtaStack jta = JtaStack.start()) {
            List<Double> roundTrips;
            try (TcpProxy proxy = TcpProxy.toDatabase();
                    Application<Accounts> application = start(jta, proxy.jdbcUrl())) {
                roundTrips = RoundTrips.count(proxy, candidates(application.bean()));
            }
            try (Application<Accounts> application =
                    start(jta, TestDatabase.get().jdbcUrl())) {
                ServerCpu server = ServerCpu.ofBackends();
                List<Series> all = new Rounds(size, server).run(candidates(application.bean()));
                report.table(all, roundTrips, all.get(0), server.isReadable());
            }
        }
        report.circumstances();
    }

    /** With two connections, since the library's first call proves with a second one that the locks exclude. */
    private static Application<Accounts> start(JtaStack jta, String url) throws Exception {
        DataSource dataSource = jta.pool(Enlistment.LOCAL, url, 2);
        Application<Accounts> application = Application.on(dataSource, Accounts.class);
        application.bean().locked(1);
        return application;
    }

    private static List<Candidate> candidates(Accounts accounts) {
        List<Long> ten = LongStream.range(0, 10).boxed().toList();
        List<Long> hundred = LongStream.range(0, 100).boxed().toList();
        return List.of(
                new Candidate("no lock", accounts::unlocked),
                new Candidate("by hand, 1 key", () -> accounts.byHand(List.of(42L))),
                new Candidate("by hand, 1 key, on a connection asked for apart", () -> accounts.byHandApart(42)),
                new Candidate("@AdvisoryLock, 1 key", () -> accounts.locked(42)),
                new Candidate("TransactionLocks, 1 key", () -> accounts.inCode(42)),
                new Candidate("no lock, nested call", accounts::unlockedNested),
                new Candidate("@AdvisoryLock, nested call, same key", () -> accounts.lockedNested(42)),
                new Candidate("by hand, 10 keys one by one", () -> accounts.byHand(ten)),
                new Candidate("@AdvisoryLock, 10 keys", () -> accounts.several(ten)),
                new Candidate("@AdvisoryLock, 100 keys", () -> accounts.several(hundred)));
    }
}
