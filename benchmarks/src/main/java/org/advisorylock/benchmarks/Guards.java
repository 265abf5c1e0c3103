package org.advisorylock.benchmarks;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockMode;
import org.advisorylock.benchmarks.stub.StubDataSource;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.IsolationPolicy;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.PostgresLocks;
import org.advisorylock.testbed.TcpProxy;
import org.advisorylock.testbed.TestDatabase;

/**
 * What each guard in the lock message costs, and what its alternatives would cost. One connection without a pool; each
 * call is a transaction: BEGIN (which rides along), the lock, COMMIT.
 */
public final class Guards {

    private static final long KEY =
            AdvisoryLockKey.of("account:42", KeyHash.MD5).number();
    private static final String WAIT = "60000";

    private static final String LOCK = "pg_catalog.pg_advisory_xact_lock(?)";
    private static final String PLAIN = "SELECT " + LOCK;
    private static final String SAVEPOINT = "SAVEPOINT guard;\n";
    private static final String RELEASE = ";\nRELEASE SAVEPOINT guard";
    private static final String SETTING = "pg_catalog.current_setting('lock_timeout')";
    private static final String BEFORE = "WITH before AS MATERIALIZED (SELECT " + SETTING + " AS lock_timeout";
    private static final String SET_LOCK_RESTORE = "pg_catalog.set_config('lock_timeout', ?, true), " + LOCK
            + ", pg_catalog.set_config('lock_timeout', before.lock_timeout, true) FROM before";
    private static final String RESTORING = BEFORE + ")\nSELECT " + SET_LOCK_RESTORE;
    private static final String TELLING = BEFORE + ", pg_catalog.current_setting('transaction_isolation') AS isolation,"
            + " pg_catalog.pg_is_in_recovery() AS standby)\n"
            + "SELECT before.isolation, before.standby, pg_catalog.pg_backend_pid(), " + SET_LOCK_RESTORE;

    private static final String GUARDS = "SELECT pg_catalog.current_setting('transaction_isolation'),"
            + " pg_catalog.pg_is_in_recovery(), pg_catalog.pg_backend_pid(), ";
    private static final String FENCED = GUARDS + "pg_catalog.set_config('lock_timeout', ?, true), " + LOCK
            + ", pg_catalog.set_config('lock_timeout', before.lock_timeout, true) FROM (SELECT " + SETTING
            + " AS lock_timeout OFFSET 0) before";

    /** The second argument takes the lock and adds nothing to the first one, the old value. */
    private static final String NESTED = GUARDS + "pg_catalog.set_config('lock_timeout', pg_catalog.concat(" + SETTING
            + ", pg_catalog.left(pg_catalog.concat(pg_catalog.set_config('lock_timeout', ?, true), " + LOCK
            + "), 0)), true)";

    private static final StatementBatch READ = StatementBatch.of("SELECT " + SETTING);
    private static final String SET = "SELECT pg_catalog.set_config('lock_timeout', ?, true)";
    private static final StatementBatch LOCK_ALONE = StatementBatch.of(PLAIN, KEY);

    private Guards() {}

    /** Runs for about a minute. */
    public static void main(String[] arguments) throws Exception {
        run(Size.FULL, System.out);
    }

    static void run(Size size, PrintStream out) throws Exception {
        FigureReport report = new FigureReport(out);
        report.title("BEGIN, one lock message, COMMIT");
        report.circumstances();
        List<Double> roundTrips;
        try (TcpProxy proxy = TcpProxy.toDatabase();
                Connection connection = connect(proxy.jdbcUrl())) {
            roundTrips = RoundTrips.count(proxy, candidates(connection));
        }
        List<Series> all;
        boolean readable;
        try (Connection connection = connect(TestDatabase.get().jdbcUrl())) {
            ServerCpu server = ServerCpu.ofBackends();
            readable = server.isReadable();
            all = new SliceRounds(size, server).run(candidates(connection));
        }
        report.table(all, roundTrips, all.get(1), readable);
        report.circumstances();
        report.title("What the proofs of a transaction say");
        ProofsOnTrial.print(report);
    }

    private static Connection connect(String url) throws Exception {
        Connection connection = DriverManager.getConnection(
                url, TestDatabase.get().user(), TestDatabase.get().password());
        connection.setAutoCommit(false);
        return connection;
    }

    private static List<Contestant> candidates(Connection connection) throws Exception {
        List<Contestant> all = new ArrayList<>();
        all.add(sent(connection, "no lock: SELECT 1", StatementBatch.of("SELECT 1")));
        all.add(sent(connection, "plain lock", LOCK_ALONE));
        all.add(sent(
                connection, "plain lock, SELECT 1 in a message of its own", LOCK_ALONE, StatementBatch.of("SELECT 1")));
        all.addAll(guards(connection));
        all.addAll(forms(connection));
        all.addAll(timeouts(connection));
        all.addAll(proofs(connection));
        return all;
    }

    private static List<Contestant> guards(Connection connection) throws Exception {
        PostgresLocks library = new PostgresLocks(IsolationPolicy.FAIL);
        AdvisoryLockKey key = AdvisoryLockKey.of(KEY);
        Claim request = Claim.of(List.of(key), LockMode.EXCLUSIVE, 60_000);
        LockDatabase proved = StatementBatch.proved(new StubDataSource());
        return List.of(
                sent(connection, "+ SAVEPOINT, RELEASE", StatementBatch.of(SAVEPOINT + PLAIN + RELEASE, KEY)),
                sent(connection, "+ timeout set and restored (CTE)", StatementBatch.of(RESTORING, WAIT, KEY)),
                sent(connection, "+ both", StatementBatch.of(SAVEPOINT + RESTORING + RELEASE, WAIT, KEY)),
                sent(
                        connection,
                        "+ both, and columns isolation, standby, backend",
                        StatementBatch.of(SAVEPOINT + TELLING + RELEASE, WAIT, KEY)),
                sent(connection, "the library's first try, sent by hand", StatementBatch.tryOfLibrary(library, key)),
                sent(connection, "the library's wait, sent by hand", StatementBatch.ofLibrary(library, key, 60_000)),
                new Contestant("the library itself, waiting at once", () -> {
                    library.acquire(proved, connection, request);
                    connection.commit();
                }),
                sent(
                        connection,
                        "the library's try where the driver tells no status, sent by hand",
                        StatementBatch.ofLibraryUntold(library, key, 0)));
    }

    /** Other forms of the library's text. */
    private static List<Contestant> forms(Connection connection) {
        return List.of(
                sent(
                        connection,
                        "the library's text with OFFSET 0 in place of the CTE, a column less",
                        StatementBatch.of(SAVEPOINT + FENCED + RELEASE, WAIT, KEY)),
                sent(
                        connection,
                        "the library's text as nested calls, three columns less",
                        StatementBatch.of(SAVEPOINT + NESTED + RELEASE, WAIT, KEY)),
                sent(connection, "with OFFSET 0, without RELEASE", StatementBatch.of(SAVEPOINT + FENCED, WAIT, KEY)),
                sent(connection, "with OFFSET 0, without SAVEPOINT", StatementBatch.of(FENCED, WAIT, KEY)));
    }

    private static List<Contestant> timeouts(Connection connection) {
        return List.of(
                sent(
                        connection,
                        "timeout by SET LOCAL, same message, not restored",
                        StatementBatch.of("SET LOCAL lock_timeout = '60s';\n" + PLAIN, KEY)),
                sent(
                        connection,
                        "timeout by set_config statements round the lock, same message, restored",
                        StatementBatch.of(
                                "SELECT pg_catalog.set_config('advisorylock.before', " + SETTING + ", true);\n"
                                        + SET + ";\n" + PLAIN
                                        + ";\nSELECT pg_catalog.set_config('lock_timeout',"
                                        + " pg_catalog.current_setting('advisorylock.before'), true)",
                                WAIT,
                                KEY)),
                sent(
                        connection,
                        "timeout by SET LOCAL, message of its own, not restored",
                        StatementBatch.of("SET LOCAL lock_timeout = '60s'"),
                        LOCK_ALONE),
                sent(
                        connection,
                        "timeout read, set, lock, restored: a message each",
                        READ,
                        StatementBatch.of(SET, WAIT),
                        LOCK_ALONE,
                        StatementBatch.of(SET, "0")));
    }

    private static List<Contestant> proofs(Connection connection) {
        return Arrays.stream(TransactionCheck.values())
                .filter(proof -> proof != TransactionCheck.SAVEPOINT)
                .map(proof -> new Contestant("proof by " + proof, () -> {
                    if (!proof.isInTransaction(connection)) {
                        throw new IllegalStateException(proof + " does not see the transaction");
                    }
                    connection.commit();
                }))
                .toList();
    }

    private static Contestant sent(Connection connection, String name, StatementBatch... messages) {
        return new Contestant(name, () -> {
            for (StatementBatch message : messages) {
                message.send(connection);
            }
            connection.commit();
        });
    }
}
