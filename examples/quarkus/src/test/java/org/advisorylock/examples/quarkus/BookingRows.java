package org.advisorylock.examples.quarkus;

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
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.testbed.TestDatabase;

/** What the database has, seen over connections of its own. */
final class BookingRows {

    private static final Duration BOUND = Duration.ofSeconds(30);

    private BookingRows() {}

    /** The number of a key of the box office, as the README says it. */
    static long key(String text) {
        return AdvisoryLockKey.of(text, KeyHash.MD5).number();
    }

    /** The backends that hold a key. */
    static List<Integer> holders(long key) throws SQLException {
        return read(
                """
                SELECT pid FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
                AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
                AND (classid::bigint << 32) | objid::bigint = ?""",
                key);
    }

    /** The advisory locks that are held or waited for, one text for each. */
    static List<String> locks() throws SQLException {
        return read(
                """
                SELECT format('%s %s %s by %s', classid, objid, mode, pid) FROM pg_catalog.pg_locks
                WHERE locktype = 'advisory'
                AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())""");
    }

    /** Waits until no advisory lock is held or waited for, and fails if that does not come. */
    static void awaitNoLock() throws SQLException {
        await(BookingRows::locks, List::isEmpty);
    }

    /** The customers that the seat was sold to. */
    static List<String> customers(int show, int seat) throws SQLException {
        return read("SELECT customer FROM booking_sale WHERE show_id = ? AND seat = ?", show, seat);
    }

    /** The seats of a show, one for each sale. */
    static List<Integer> soldSeats(int show) throws SQLException {
        return read("SELECT seat FROM booking_sale WHERE show_id = ? ORDER BY seat", show);
    }

    /** The seconds that have a report. */
    static List<Long> ticks() throws SQLException {
        return read("SELECT tick FROM booking_report ORDER BY id");
    }

    /** Asks again and again, until the rows are as wanted. */
    static <T> List<T> await(Question<T> question, Predicate<List<T>> wanted) throws SQLException {
        long deadline = System.nanoTime() + BOUND.toNanos();
        List<T> rows = question.ask();
        while (!wanted.test(rows)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("after " + BOUND.toSeconds() + " s there are " + rows);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            rows = question.ask();
        }
        return rows;
    }

    /** A query. */
    @FunctionalInterface
    interface Question<T> {
        List<T> ask() throws SQLException;
    }

    @SuppressWarnings("unchecked")
    private static <T> List<T> read(String sql, Object... parameters) throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            List<T> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add((T) row.getObject(1));
                }
            }
            return rows;
        }
    }
}
