package org.advisorylock.impl.faults;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.advisorylock.testbed.TcpProxy;
import org.advisorylock.testbed.ThrowingRunnable;

/** The faults of a soak test: one at a time, at random, of the server or of one application's proxy. */
final class Trouble {

    /** Chosen at random, the severe ones less often. */
    private enum Fault {
        SESSION_ENDED(60),
        CONNECTIONS_CUT(20),
        BLACK_HOLE(10),
        BACKEND_KILLED(2),
        SERVER_RESTARTED(2);

        private final int weight;

        Fault(int weight) {
            this.weight = weight;
        }
    }

    /**
     * An application that suffers the faults.
     *
     * @param name as the server knows it
     * @param last when its last fault was over, by {@link System#nanoTime}
     * @param now how many faults it has now
     */
    record Victim(String name, TcpProxy way, AtomicLong last, AtomicInteger now) {

        Victim(String name, TcpProxy way) {
            this(name, way, new AtomicLong(System.nanoTime()), new AtomicInteger());
        }

        private void begin() {
            now.incrementAndGet();
        }

        private void end() {
            last.set(System.nanoTime());
            now.decrementAndGet();
        }

        /** How long ago its last fault was. */
        long wellForMillis() {
            return (System.nanoTime() - last.get()) / 1_000_000;
        }

        /**
         * Whether it had a fault since then. If so, the server may have granted its locks to others before it knows.
         */
        boolean hadFaultSince(long nanos) {
            return now.get() > 0 || last.get() - nanos >= 0;
        }
    }

    private final OwnServer server;
    private final Supplier<List<Victim>> victims;
    private final Random random;
    private final long longestSilenceMillis;
    private final Map<Fault, Integer> counts = new TreeMap<>();

    /** @param longestSilenceMillis how long a black hole may last */
    Trouble(OwnServer server, Supplier<List<Victim>> victims, Random random, long longestSilenceMillis) {
        this.server = server;
        this.victims = victims;
        this.random = random;
        this.longestSilenceMillis = longestSilenceMillis;
    }

    /** Causes the next fault, and returns when it is over. */
    void happen() throws Exception {
        Fault fault = choose();
        counts.merge(fault, 1, Integer::sum);
        switch (fault) {
            case SESSION_ENDED -> endSession();
            case CONNECTIONS_CUT -> of(victim(), victim -> victim.way.cut());
            case BLACK_HOLE ->
                of(victim(), victim -> {
                    victim.way.blackhole(true);
                    pause(longestSilenceMillis);
                    victim.way.blackhole(false);
                });
            case BACKEND_KILLED -> ofAll(server::crashBackend);
            case SERVER_RESTARTED -> ofAll(server::crash);
        }
    }

    private Fault choose() {
        int drawn = random.nextInt(100);
        for (Fault fault : Fault.values()) {
            drawn -= fault.weight;
            if (drawn < 0) {
                return fault;
            }
        }
        return Fault.SESSION_ENDED;
    }

    /** Ends the session of a holder or a waiter, as an administrator does. */
    private void endSession() throws Exception {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT pid, application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
                                + " WHERE locktype = 'advisory' ORDER BY random() LIMIT 1")) {
            if (rows.next()) {
                long backend = rows.getLong(1);
                String name = rows.getString(2);
                Victim victim = victims.get().stream()
                        .filter(one -> one.name.equals(name))
                        .findFirst()
                        .orElse(null);
                if (victim != null) {
                    of(victim, any -> {
                        server.number("SELECT count(pg_terminate_backend(" + backend + "))");
                        // The backend only gets a signal, and may serve others before it ends.
                        Await.until(
                                "the backend does not end",
                                () -> server.number("SELECT count(*) FROM pg_stat_activity WHERE pid = " + backend)
                                        == 0);
                    });
                }
            }
        }
    }

    private interface OfOne {
        void happen(Victim victim) throws Exception;
    }

    private static void of(Victim victim, OfOne fault) throws Exception {
        victim.begin();
        fault.happen(victim);
        victim.end();
    }

    private void ofAll(ThrowingRunnable fault) throws Exception {
        List<Victim> all = victims.get();
        all.forEach(Victim::begin);
        fault.run();
        all.forEach(Victim::end);
    }

    private Victim victim() {
        List<Victim> all = victims.get();
        return all.get(random.nextInt(all.size()));
    }

    /** Faults are spread at random over time; nothing is waited for. */
    void pause(long mostMillis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt((int) mostMillis)));
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
