package org.advisorylock.examples.quickstart;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * A program that knows nothing of the library and takes the same lock, as psql would: plain SQL, in a transaction of
 * its own, which ends with {@link #close}.
 */
final class OtherProgram implements AutoCloseable {
    private final Connection connection;

    /** The thread must be in no JTA transaction, which would enlist the connection. */
    OtherProgram(DataSource dataSource) throws SQLException {
        connection = dataSource.getConnection();
        connection.setAutoCommit(false);
    }

    void lock(String key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT pg_advisory_xact_lock(('x' || substr(md5(?), 1, 16))::bit(64)::bigint)")) {
            statement.setString(1, key);
            statement.execute();
        }
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            connection.commit();
        }
    }
}
