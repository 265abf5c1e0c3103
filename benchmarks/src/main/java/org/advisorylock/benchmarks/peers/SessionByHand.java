package org.advisorylock.benchmarks.peers;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.advisorylock.testbed.ThrowingRunnable;

/** A session lock on a connection of its own for as long as it is held, as DistributedLock of .NET does it. */
record SessionByHand(DataSource dataSource) implements AccountLocks {

    private static final String LOCK = "SELECT pg_advisory_lock(?)";
    private static final String TRY = "SELECT pg_try_advisory_lock(?)";
    private static final String UNLOCK = "SELECT pg_advisory_unlock(?)";
    private static final String LOCK_ALL = "SELECT pg_advisory_lock(number) FROM unnest(?::bigint[]) number";
    private static final String UNLOCK_ALL = "SELECT pg_advisory_unlock(number) FROM unnest(?::bigint[]) number";

    @Override
    // The release closes it.
    @SuppressWarnings("resource")
    public ThrowingRunnable acquire(List<Integer> accounts) throws SQLException {
        Connection connection = dataSource.getConnection();
        if (accounts.size() == 1) {
            long number = accounts.get(0);
            query(connection, LOCK, number);
            return () -> release(connection, UNLOCK, number);
        }
        Array numbers = connection.createArrayOf("int8", accounts.toArray());
        query(connection, LOCK_ALL, numbers);
        return () -> release(connection, UNLOCK_ALL, numbers);
    }

    @Override
    @SuppressWarnings("resource")
    public Optional<ThrowingRunnable> tryAcquire(int account) throws SQLException {
        Connection connection = dataSource.getConnection();
        if (query(connection, TRY, (long) account)) {
            return Optional.of(() -> release(connection, UNLOCK, (long) account));
        }
        connection.close();
        return Optional.empty();
    }

    private static void release(Connection connection, String sql, Object number) throws SQLException {
        try (connection) {
            if (!query(connection, sql, number)) {
                throw new IllegalStateException("it was not locked");
            }
        }
    }

    private static boolean query(Connection connection, String sql, Object parameter) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, parameter);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return "t".equals(rows.getString(1));
            }
        }
    }
}
