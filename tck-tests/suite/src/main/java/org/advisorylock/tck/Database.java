package org.advisorylock.tck;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;

/**
 * The database, asked by plain JDBC. What a method calls <i>outside</i> happens in a thread of its own, which has no
 * transaction; the rest happens in the caller's transaction.
 */
@ApplicationScoped
public class Database {

    private static final long BOUND_SECONDS = 30;
    private static final int VALID_SECONDS = 5;
    private static final long PARKED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final String LOCKS =
            """
            SELECT objsubid, mode, granted, pid, classid::bigint << 32 | objid::bigint AS number
            FROM pg_catalog.pg_locks
            WHERE locktype = 'advisory'
              AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
            ORDER BY objsubid, number, granted DESC, pid
            """;

    /** Work on a connection. */
    public interface OnConnection<T> {
        T run(Connection connection) throws SQLException;
    }

    @Inject
    DataSource dataSource;

    /** Another database, asked in the same way. */
    public static Database of(DataSource another) {
        return new Database() {
            @Override
            public Connection connect() throws SQLException {
                return living(another);
            }
        };
    }

    /** A pool without validation hands out dead connections first. They are kept aside until one is alive. */
    private static Connection living(DataSource pool) throws SQLException {
        List<Connection> dead = new ArrayList<>();
        try {
            Connection connection = pool.getConnection();
            while (!connection.isValid(VALID_SECONDS)) {
                dead.add(connection);
                connection = pool.getConnection();
            }
            return connection;
        } finally {
            for (Connection one : dead) {
                one.close();
            }
        }
    }

    /** A connection of the caller's transaction, if it has one. */
    public Connection connect() throws SQLException {
        return dataSource.getConnection();
    }

    public <T> T inside(OnConnection<T> work) {
        try (Connection connection = connect()) {
            return work.run(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public <T> T outside(OnConnection<T> work) {
        try (Threads threads = new Threads()) {
            return threads.run(() -> inside(work));
        }
    }

    /** The first column of the first row, in the caller's transaction. */
    public String queryInside(String sql) {
        return inside(connection -> query(connection, sql));
    }

    /** The first column of the first row, outside the caller's transaction. */
    public String queryOutside(String sql) {
        return outside(connection -> query(connection, sql));
    }

    /** Runs a statement in the caller's transaction. */
    public void executeInside(String sql) {
        inside(connection -> execute(connection, sql));
    }

    /** Runs a statement outside the caller's transaction. */
    public void executeOutside(String sql) {
        outside(connection -> execute(connection, sql));
    }

    public static String query(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return statement.execute();
        }
    }

    /** All advisory locks of this database. */
    public List<LockRow> locks() {
        return outside(Database::read);
    }

    private static List<LockRow> read(Connection connection) throws SQLException {
        List<LockRow> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(LOCKS);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                rows.add(row(row));
            }
        }
        return rows;
    }

    private static LockRow row(ResultSet row) throws SQLException {
        long number = row.getLong("number");
        return new LockRow(
                row.getInt("objsubid") == 1
                        ? AdvisoryLockKey.of(number)
                        : AdvisoryLockKey.of((int) (number >> 32), (int) number),
                row.getString("mode").equals("ShareLock") ? LockMode.SHARED : LockMode.EXCLUSIVE,
                row.getBoolean("granted"),
                row.getInt("pid"));
    }

    /** The keys that are held now, by anybody. */
    public List<AdvisoryLockKey> heldKeys() {
        return locks().stream().filter(LockRow::granted).map(LockRow::key).toList();
    }

    /** Waits until the call waits for the key in the database; fails if the call ends before that. */
    public void awaitWaiter(AdvisoryLockKey key, BackgroundCall<?> call) {
        await(
                rows -> rows.stream()
                        .anyMatch(row -> !row.granted() && row.key().equals(key)),
                () -> requireRunning(call));
    }

    /**
     * Waits until the call waits, for some lock in the database or in a queue of this JVM, where it is parked; fails if
     * the call ends before that.
     */
    public void awaitBlocked(BackgroundCall<?> call) {
        // Every thread is parked for a moment now and then, so a queue is recognised by its length.
        long[] ranLast = {System.nanoTime()};
        await(
                rows -> rows.stream().anyMatch(row -> !row.granted()) || System.nanoTime() - ranLast[0] > PARKED_NANOS,
                () -> {
                    requireRunning(call);
                    if (!call.isParked()) {
                        ranLast[0] = System.nanoTime();
                    }
                });
    }

    private static void requireRunning(BackgroundCall<?> call) {
        if (call.isDone()) {
            throw new AssertionError("the call does not wait for a lock; it has ended");
        }
    }

    /** Waits until the key is held by anybody, or is not. */
    public void awaitHeld(AdvisoryLockKey key, boolean held) {
        await(rows -> rows.stream().anyMatch(row -> row.granted() && row.key().equals(key)) == held, () -> {});
    }

    /** Waits until there are no advisory locks, and returns those that stay. */
    public List<LockRow> awaitNone() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        return await(rows -> rows.isEmpty() || System.nanoTime() > deadline, () -> {});
    }

    private List<LockRow> await(Predicate<List<LockRow>> wanted, Runnable otherwise) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
        return outside(connection -> {
            List<LockRow> rows = read(connection);
            while (!wanted.test(rows)) {
                otherwise.run();
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("after " + BOUND_SECONDS + " s pg_locks has " + rows);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                rows = read(connection);
            }
            return rows;
        });
    }
}
