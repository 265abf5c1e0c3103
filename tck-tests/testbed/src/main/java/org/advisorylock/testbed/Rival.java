package org.advisorylock.testbed;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.advisorylock.testbed.AdvisoryRows.Row;

/**
 * A second program in the database: a backend of its own that takes advisory locks by plain JDBC, each until its
 * transaction ends. Closing it rolls back.
 */
public final class Rival implements AutoCloseable {

    private static final Duration BOUND = Duration.ofSeconds(30);

    private final Connection connection;

    private Rival(Connection connection) {
        this.connection = connection;
    }

    /** A rival with a transaction and no lock. */
    public static Rival open() throws SQLException {
        Connection connection = TestDatabase.get().connect("rival");
        connection.setAutoCommit(false);
        return new Rival(connection);
    }

    /** A rival that holds exclusive locks. */
    public static Rival holding(long... keys) throws SQLException {
        Rival rival = open();
        for (long key : keys) {
            rival.lock(key);
        }
        return rival;
    }

    /** Takes an exclusive lock; waits while others hold it. */
    public void lock(long key) throws SQLException {
        call("SELECT pg_catalog.pg_advisory_xact_lock(?)", key);
    }

    /** Takes a shared lock; waits while others hold it exclusively. */
    public void lockShared(long key) throws SQLException {
        call("SELECT pg_catalog.pg_advisory_xact_lock_shared(?)", key);
    }

    /** Takes an exclusive lock on a pair; waits while others hold it. */
    public void lock(int first, int second) throws SQLException {
        call("SELECT pg_catalog.pg_advisory_xact_lock(?, ?)", first, second);
    }

    /** Takes an exclusive lock if it is free. */
    public boolean tryLock(long key) throws SQLException {
        return "t".equals(call("SELECT pg_catalog.pg_try_advisory_xact_lock(?)", key));
    }

    /** Takes a shared lock if it is free. */
    public boolean tryLockShared(long key) throws SQLException {
        return "t".equals(call("SELECT pg_catalog.pg_try_advisory_xact_lock_shared(?)", key));
    }

    /** Ends the transaction, and with it the locks. */
    public void commit() throws SQLException {
        connection.commit();
    }

    /** Ends the transaction, and with it the locks. */
    public void rollback() throws SQLException {
        connection.rollback();
    }

    /** The process id of its backend. */
    public int pid() throws SQLException {
        return Integer.parseInt(call("SELECT pg_catalog.pg_backend_pid()"));
    }

    /** Its connection, for anything else. */
    public Connection connection() {
        return connection;
    }

    @Override
    public void close() throws SQLException {
        // If it only closed the connection, the locks would stay until the backend has ended.
        try (connection) {
            connection.rollback();
        }
    }

    private String call(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return String.valueOf(row.getString(1));
            }
        }
    }

    /** Waits until somebody holds this key. */
    public static void awaitHolder(long key) {
        awaitRows(
                rows -> rows.stream().anyMatch(row -> row.granted() && row.single() && row.number() == key),
                "nobody holds key " + key);
    }

    /** Waits until somebody waits for this key. */
    public static void awaitWaiter(long key) {
        awaitRows(rows -> rows.stream().anyMatch(row -> waits(row, key)), "nobody waits for key " + key);
    }

    /** Waits until this many wait for the key, in the database. */
    public static void awaitWaiters(long key, int count) {
        awaitRows(
                rows -> rows.stream().filter(row -> waits(row, key)).count() == count,
                "not " + count + " wait for key " + key);
    }

    /** Waits until this many wait for any key, in the database. */
    public static void awaitWaiters(int count) {
        awaitRows(
                rows -> rows.stream().filter(row -> !row.granted()).count() == count,
                "not " + count + " wait for a lock");
    }

    private static boolean waits(Row row, long key) {
        return !row.granted() && row.single() && row.number() == key;
    }

    private static void awaitRows(Predicate<List<Row>> wanted, String otherwise) {
        List<Row> rows = AdvisoryRows.await(wanted, BOUND);
        if (!wanted.test(rows)) {
            throw new AssertionError(otherwise + " after " + BOUND.toSeconds() + " s; pg_locks has " + rows);
        }
    }
}
