package org.advisorylock.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.JtaStack.Enlistment;
import org.advisorylock.testbed.TestDatabase;

/** One pool of ten connections, and two applications on it: one with the gate in front of the database, one without. */
final class Gated implements AutoCloseable {

    private static final int POOL = 10;
    private static final int ROWS = 1000;
    private static final String GATE = "advisorylock.gate";

    private final JtaStack jta = JtaStack.start();
    private final BenchmarkApplication<Counter> with;
    private final BenchmarkApplication<Counter> without;

    Gated() throws Exception {
        createTable();
        DataSource pool = jta.pool(Enlistment.LOCAL, TestDatabase.get().jdbcUrl(), POOL);
        with = application(pool, true);
        without = application(pool, false);
    }

    private static BenchmarkApplication<Counter> application(DataSource pool, boolean gate) {
        System.setProperty(GATE, String.valueOf(gate));
        try {
            BenchmarkApplication<Counter> application = BenchmarkApplication.on(pool, Counter.class);
            // The settings are read at the first call.
            application.bean().counted(() -> {});
            return application;
        } finally {
            System.clearProperty(GATE);
        }
    }

    /** A phase with the gate or without it. */
    LoadPhase run(boolean gate, int hotThreads, long millis) {
        Counter counter = gate ? with.bean() : without.bean();
        return LoadPhase.run(
                counter::counted,
                hotThreads,
                () -> counter.read(ThreadLocalRandom.current().nextInt(ROWS)),
                millis);
    }

    private static void createTable() throws SQLException {
        execute("CREATE TABLE IF NOT EXISTS advisory_lock_benchmark (id int PRIMARY KEY, v int NOT NULL);"
                + "INSERT INTO advisory_lock_benchmark SELECT i, 0 FROM generate_series(0, " + (ROWS - 1)
                + ") i ON CONFLICT DO NOTHING; ANALYZE advisory_lock_benchmark");
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        with.close();
        without.close();
        jta.close();
        execute("DROP TABLE advisory_lock_benchmark");
    }
}
