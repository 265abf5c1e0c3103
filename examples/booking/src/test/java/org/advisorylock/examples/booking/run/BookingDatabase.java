package org.advisorylock.examples.booking.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.advisorylock.testbed.TestDatabase;

/** The database of the servers, seen from outside of them. */
final class BookingDatabase implements AutoCloseable {
    /** A seat that was sold, and to whom. */
    record SaleRow(int seat, String customer) {}

    /** A second, and the node that made the report for it. */
    record ReportRow(long tick, String node) {}

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final TestDatabase database = TestDatabase.get();
    private final Connection connection;

    BookingDatabase() throws SQLException {
        connection = database.connect();
        dropTables();
    }

    /** Where the driver of a node reads the address. The node's name shows in pg_stat_activity. */
    Path serviceFile(Path folder, String node) throws IOException {
        return Files.writeString(
                folder.resolve("pg_service.conf"),
                """
                [booking]
                host=%s
                port=%d
                dbname=%s
                user=%s
                password=%s
                ApplicationName=%s
                """
                        .formatted(
                                database.host(),
                                database.port(),
                                database.database(),
                                database.user(),
                                database.password(),
                                applicationName(node)));
    }

    private static String applicationName(String node) {
        return "booking-" + node;
    }

    List<SaleRow> sales(int show) throws SQLException {
        List<SaleRow> sales = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT seat, customer FROM booking_sale WHERE show_id = ?")) {
            statement.setInt(1, show);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    sales.add(new SaleRow(row.getInt(1), row.getString(2)));
                }
            }
        }
        return sales;
    }

    List<ReportRow> reports() throws SQLException {
        List<ReportRow> reports = new ArrayList<>();
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT tick, node FROM booking_report ORDER BY tick");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                reports.add(new ReportRow(row.getLong(1), row.getString(2)));
            }
        }
        return reports;
    }

    /** Waits until the nodes, or one of them, have made so many more reports. */
    void awaitReports(int more, String... nodes) throws SQLException {
        long now = number("SELECT ceil(extract(epoch FROM clock_timestamp()))::bigint");
        String made = "SELECT count(DISTINCT tick) FROM booking_report WHERE tick > " + now + " AND node IN ('"
                + String.join("', '", nodes) + "')";
        long deadline = System.nanoTime() + PATIENCE;
        while (number(made) < more) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("no " + more + " reports of " + String.join(", ", nodes));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** Waits until a node holds a seat's lock or waits for one. */
    static void awaitSeatLock(String node) throws SQLException {
        try (Connection own = TestDatabase.get().connect();
                PreparedStatement statement = own.prepareStatement(
                        """
                        SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                        WHERE l.locktype = 'advisory' AND a.application_name = ?
                        AND (l.classid::bigint << 32 | l.objid::bigint)
                            <> ('x' || substr(md5('booking-report'), 1, 16))::bit(64)::bigint""")) {
            statement.setString(1, applicationName(node));
            long deadline = System.nanoTime() + PATIENCE;
            while (System.nanoTime() < deadline) {
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next()) {
                        return;
                    }
                }
            }
            throw new IllegalStateException("node " + node + " takes no lock");
        }
    }

    /** Waits until no advisory lock is left, and gives up after a while; the timers take one now and then. */
    long locksLeft() throws SQLException {
        String locks =
                """
                SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        long left = number(locks);
        while (left > 0 && System.nanoTime() < deadline) {
            left = number(locks);
        }
        return left;
    }

    private long number(String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private void dropTables() throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DROP TABLE IF EXISTS booking_sale, booking_report")) {
            statement.execute();
        }
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            dropTables();
        }
    }
}
