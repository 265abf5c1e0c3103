package org.advisorylock.testbed;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Reads the advisory locks of the test database, and waits until they are as the test wants them. */
final class AdvisoryRows {

    private static final String SQL =
            """
            SELECT l.classid, l.objid, l.objsubid, l.mode, l.granted, l.pid, a.application_name, a.state, a.query,
                   (l.classid::bigint << 32) | l.objid::bigint AS number
            FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'advisory'
              AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
            ORDER BY number, l.granted DESC, l.pid
            """;

    private AdvisoryRows() {}

    /**
     * One advisory lock, held or waited for.
     *
     * @param single whether the key is one 64-bit number
     * @param text the whole row, for a failure's message
     */
    record Row(long number, boolean single, boolean granted, String text) {}

    static List<Row> read(Connection connection) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(SQL);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                rows.add(new Row(
                        row.getLong("number"), row.getInt("objsubid") == 1, row.getBoolean("granted"), text(row)));
            }
        }
        return rows;
    }

    private static String text(ResultSet row) throws SQLException {
        return "key (%d, %d) objsubid %d, %s, %s, backend %s '%s', %s: %s"
                .formatted(
                        row.getLong("classid"),
                        row.getLong("objid"),
                        row.getInt("objsubid"),
                        row.getString("mode"),
                        row.getBoolean("granted") ? "granted" : "waiting",
                        row.getString("pid"),
                        row.getString("application_name"),
                        row.getString("state"),
                        row.getString("query"));
    }

    /** Reads again and again, until the rows are as wanted or the time is over. Returns the last rows. */
    static List<Row> await(Predicate<List<Row>> wanted, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try (Connection connection = TestDatabase.get().connect()) {
            List<Row> rows = read(connection);
            while (!wanted.test(rows) && System.nanoTime() < deadline) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                rows = read(connection);
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException("pg_locks cannot be read: " + e.getMessage(), e);
        }
    }
}
