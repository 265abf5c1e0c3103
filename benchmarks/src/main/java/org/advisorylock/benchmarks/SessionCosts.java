package org.advisorylock.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.advisorylock.KeyHash;
import org.advisorylock.Leadership;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.event.LockEvents;
import org.advisorylock.impl.group.Group;
import org.advisorylock.impl.leader.SessionElections;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.impl.session.AsyncLocks;
import org.advisorylock.impl.session.ElectionLocks;
import org.advisorylock.impl.session.JdbcSessionLocks;
import org.advisorylock.impl.session.SessionLocker;
import org.advisorylock.impl.session.Source;
import org.advisorylock.testbed.Async;
import org.advisorylock.testbed.TcpProxy;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What session locks and elections cost while nothing happens: messages, threads and connections for what is held, led,
 * or waited for. One process stands for many JVMs, each with sessions of its own. It starts a server of its own, since
 * 200 JVMs need more connections than the tests do.
 */
public final class SessionCosts {

    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration GRACE = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofMinutes(3);

    /** Stands for a JVM. */
    private static final class SimulatedJvm implements AutoCloseable {
        private final SessionLocker locker;
        private final JdbcSessionLocks locks;
        private final SessionElections elections;

        SimulatedJvm(String url, SessionTimeouts patience) {
            PGSimpleDataSource dataSource = new PGSimpleDataSource();
            dataSource.setUrl(url);
            Source.One one = new Source.One(new LockDatabase("costs", dataSource), true);
            locker = new SessionLocker(patience, (database, request) -> null, Group::new);
            locks = new JdbcSessionLocks(locker, any -> one, KeyHash.MD5, 1000, LockEvents.UNHEARD, "costs");
            AsyncLocks async = ElectionLocks.of(locker, one, KeyHash.MD5);
            elections = new SessionElections(any -> async, KeyHash.MD5, HEARTBEAT, event -> {});
        }

        @Override
        public void close() {
            elections.close();
            locker.close();
        }
    }

    private static final class QuietLeader implements LeadershipListener {
        @Override
        public void elected(long term) {}

        @Override
        public void revoked(long term) {}
    }

    private final EmbeddedPostgres server;
    private final Duration rest;
    private final FigureReport report;

    private SessionCosts(EmbeddedPostgres server, Duration rest, PrintStream out) {
        this.server = server;
        this.rest = rest;
        this.report = new FigureReport(out);
    }

    /** Runs for about five minutes; the arguments name the rows that are wanted, all if there is none. */
    public static void main(String[] arguments) throws Exception {
        run(List.of(arguments), Duration.ofSeconds(10), 10_000, 500, 1000, 200, System.out);
        System.exit(0);
    }

    static void run(List<String> wanted, Duration rest, int held, int elections, int waiters, int jvms, PrintStream out)
            throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("max_connections", "1000")
                .start()) {
            SessionCosts costs = new SessionCosts(server, rest, out);
            costs.report.title("Session locks and elections at rest, heartbeat " + HEARTBEAT.toSeconds() + " s");
            costs.report.machine();
            costs.report.head("what", "messages/s", "threads", "connections", "bytes for each", "note");
            if (wanted.isEmpty() || wanted.contains("held")) {
                for (int count = 1; count <= held; count = count == 1 ? 1000 : count * 10) {
                    costs.held(count);
                }
            }
            if (wanted.isEmpty() || wanted.contains("elections")) {
                costs.elections(1);
                costs.elections(elections);
            }
            if (wanted.isEmpty() || wanted.contains("waiters")) {
                costs.waiters(waiters);
            }
            if (wanted.isEmpty() || wanted.contains("jvms")) {
                costs.jvms(jvms);
            }
            costs.report.machine();
        }
    }

    private void held(int count) throws Exception {
        try (TcpProxy proxy = proxy();
                SimulatedJvm jvm = new SimulatedJvm(url(proxy), SessionTimeouts.forLocks(HEARTBEAT))) {
            List<LockHandle> handles = new ArrayList<>(count);
            handles.add(jvm.locks.acquire("first"));
            long before = usedBytes();
            long began = System.nanoTime();
            for (int lock = 1; lock < count; lock++) {
                handles.add(jvm.locks.acquire("held:" + lock));
            }
            long millis = (System.nanoTime() - began) / 1_000_000;
            long bytes = count == 1 ? 0 : (usedBytes() - before) / (count - 1);
            row(count + " held", proxy, count == 1 ? "-" : bytes, "taken in " + millis + " ms");
            handles.forEach(LockHandle::close);
        }
    }

    private void elections(int count) throws Exception {
        try (TcpProxy proxy = proxy();
                SimulatedJvm one = new SimulatedJvm(url(proxy), SessionTimeouts.forLeaders(HEARTBEAT, GRACE));
                SimulatedJvm other = new SimulatedJvm(url(proxy), SessionTimeouts.forLeaders(HEARTBEAT, GRACE))) {
            List<Leadership> leaders = new ArrayList<>();
            for (int election = 0; election < count; election++) {
                leaders.add(one.elections.stand("many:" + election, new QuietLeader()));
            }
            await(() -> leaders.stream().allMatch(Leadership::isLeader));
            for (int election = 0; election < count; election++) {
                leaders.add(other.elections.stand("many:" + election, new QuietLeader()));
            }
            await(() -> number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 2L * count);
            row(count + " elections in two JVMs", proxy, "-", "");
        }
    }

    private void waiters(int count) throws Exception {
        try (TcpProxy proxy = proxy();
                SimulatedJvm holder = new SimulatedJvm(url(proxy), SessionTimeouts.forLocks(HEARTBEAT));
                SimulatedJvm jvm = new SimulatedJvm(url(proxy), SessionTimeouts.forLocks(HEARTBEAT))) {
            jvm.locks.acquire("first").close();
            long before = usedBytes();
            LockHandle held = holder.locks.acquire("wanted");
            List<CompletableFuture<Boolean>> waiters = new ArrayList<>();
            for (int waiter = 0; waiter < count; waiter++) {
                waiters.add(Async.run(() -> pass(jvm)));
            }
            await(() -> parked() >= count);
            pause(Duration.ofSeconds(3));
            long bytes = (usedBytes() - before) / count;
            row(count + " waiters in one JVM", proxy, bytes, "");
            passThrough(held, waiters);
        }
    }

    private void jvms(int count) throws Exception {
        List<SimulatedJvm> jvms = new ArrayList<>();
        try (TcpProxy proxy = proxy();
                SimulatedJvm holder = new SimulatedJvm(url(proxy), SessionTimeouts.forLocks(HEARTBEAT))) {
            LockHandle held = holder.locks.acquire("wanted");
            List<CompletableFuture<Boolean>> waiters = new ArrayList<>();
            for (int jvm = 0; jvm < count; jvm++) {
                SimulatedJvm one = new SimulatedJvm(url(proxy), SessionTimeouts.forLocks(HEARTBEAT));
                jvms.add(one);
                waiters.add(Async.run(() -> pass(one)));
            }
            await(() -> number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == count);
            pause(Duration.ofSeconds(3));
            row(count + " JVMs that want one key", proxy, "-", "");
            passThrough(held, waiters);
        } finally {
            jvms.forEach(SimulatedJvm::close);
        }
    }

    private static boolean pass(SimulatedJvm jvm) {
        try (LockHandle handle =
                jvm.locks.tryAcquire("wanted", Duration.ofMinutes(10)).orElseThrow()) {
            return handle.isHeld();
        }
    }

    /** Releases the key, and waits until all waiters have had it. */
    private void passThrough(LockHandle held, List<CompletableFuture<Boolean>> waiters) throws Exception {
        long began = System.nanoTime();
        held.close();
        long end = began + LONGEST.toNanos();
        int served = 0;
        for (CompletableFuture<Boolean> waiter : waiters) {
            while (!waiter.isDone() && System.nanoTime() < end) {
                pause(Duration.ofMillis(5));
            }
            served += waiter.isDone() && waiter.get() ? 1 : 0;
        }
        report.row(
                "  then all of them, one after the other",
                "",
                "",
                "",
                "",
                served + " in " + (System.nanoTime() - began) / 1_000_000 + " ms");
    }

    private void row(String what, TcpProxy proxy, Object bytes, String note) throws Exception {
        long before = proxy.roundTrips();
        long began = System.nanoTime();
        long mostThreads = 0;
        long mostConnections = 0;
        while (System.nanoTime() - began < rest.toNanos()) {
            mostThreads = Math.max(mostThreads, libraryThreads());
            mostConnections = Math.max(mostConnections, connections());
            pause(Duration.ofMillis(500));
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        report.row(what, (proxy.roundTrips() - before) / seconds, mostThreads, mostConnections, bytes, note);
    }

    private TcpProxy proxy() throws Exception {
        return TcpProxy.to("127.0.0.1", server.getPort());
    }

    private static String url(TcpProxy proxy) {
        return "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres?user=postgres&ApplicationName=costs";
    }

    private static long libraryThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("advisory-lock"))
                .count();
    }

    /** Threads of this program that wait. */
    private static long parked() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getState() != Thread.State.RUNNABLE)
                .filter(thread -> List.of(thread.getValue()).stream()
                        .anyMatch(frame -> frame.getMethodName().equals("pass")))
                .count();
    }

    private long connections() throws SQLException {
        return number("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'costs'");
    }

    private long number(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres?user=postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not within " + LONGEST);
            }
            pause(Duration.ofMillis(50));
        }
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    /** After garbage was collected. */
    private static long usedBytes() throws InterruptedException {
        for (int collection = 0; collection < 4; collection++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
