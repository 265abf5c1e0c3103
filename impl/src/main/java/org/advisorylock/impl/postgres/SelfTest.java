package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.advisorylock.impl.Daemons;

/**
 * Tests that the locks of a server exclude. What one session holds another one must not get, until the first one
 * releases it. Some servers that speak PostgreSQL's protocol have granted everything to everybody.
 */
final class SelfTest {

    private static final String UNKNOWN = "unknown";

    private final DataSource dataSource;
    private final long patienceNanos;
    private final LongSupplier nanoClock;
    private final long key = ThreadLocalRandom.current().nextLong();
    private boolean sure;

    /** @param patienceNanos how long the DataSource may take to give another session */
    SelfTest(DataSource dataSource, long patienceNanos, LongSupplier nanoClock) {
        this.dataSource = dataSource;
        this.patienceNanos = patienceNanos;
        this.nanoClock = nanoClock;
    }

    /** Whether there was another session for the test. */
    boolean isSure() {
        return sure;
    }

    /**
     * Why its locks exclude nobody; empty if they do, or if that is not sure.
     *
     * @param enlisted a connection in a transaction, which this method leaves as it was
     */
    String findFailure(Connection enlisted) throws SQLException {
        execute(enlisted, LockSql.BEGIN_SELF_TEST);
        boolean taken = tryLock(enlisted, key);
        boolean seen = isInPgLocks(enlisted);
        String second = tryInAnotherSession();
        execute(enlisted, LockSql.UNDO_REQUEST);
        sure = !second.equals(UNKNOWN);
        if (!taken) {
            return "a key that nobody uses was refused";
        }
        if (!seen) {
            return "a lock that was granted is not in pg_locks";
        }
        if (second.equals("granted")) {
            return "a second session was granted the same key";
        }
        return second.equals("refused") && tryInAnotherSession().equals("refused")
                ? "a second session was refused a key that the first had let go"
                : "";
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static boolean tryLock(Connection connection, long key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LockSql.TRY_ONCE)) {
            statement.setLong(1, key);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    private boolean isInPgLocks(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LockSql.IS_HELD)) {
            statement.setLong(1, key);
            statement.setBoolean(2, false);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    /**
     * Runs in a thread of its own, which has no transaction, so that the DataSource gives another session. The answer
     * is {@code "unknown"} if it gives none in time, for example because the pool has one connection.
     */
    private String tryInAnotherSession() {
        // Not completeOnTimeout: the JDK's thread for that would keep this application's class loader for ever.
        FutureTask<String> answer = new FutureTask<>(this::tryOnce);
        Daemons.of("advisory-lock-self-test", answer).start();
        boolean interrupted = false;
        long end = nanoClock.getAsLong() + patienceNanos;
        try {
            while (true) {
                try {
                    return answer.get(end - nanoClock.getAsLong(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException | TimeoutException e) {
                    return UNKNOWN;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private String tryOnce() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            String answer = tryLock(connection, key) ? "granted" : "refused";
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            return answer;
        }
    }
}
