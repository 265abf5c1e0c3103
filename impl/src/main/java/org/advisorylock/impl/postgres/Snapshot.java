package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** What a transaction sees of what others have committed. */
final class Snapshot {

    private Snapshot() {}

    /** Whether each statement has a snapshot of its own. PostgreSQL treats READ UNCOMMITTED as READ COMMITTED. */
    static boolean isFresh(String isolation) {
        return isolation.startsWith("read ");
    }

    /** See {@link PostgresLocks#staleIsolation}. */
    static Optional<String> staleIsolation(Connection connection) throws SQLException {
        if (!connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement()) {
            String isolation = isolation(statement);
            return isFresh(isolation) || isBeforeFirstRead(statement) ? Optional.empty() : Optional.of(isolation);
        }
    }

    private static String isolation(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery(LockSql.ISOLATION)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static boolean isBeforeFirstRead(Statement statement) throws SQLException {
        try {
            statement.execute(LockSql.REQUIRE_NO_SNAPSHOT);
            return true;
        } catch (SQLException e) {
            if (SqlErrors.state(e).equals(SqlErrors.ACTIVE_TRANSACTION)) {
                return false;
            }
            throw e;
        }
    }
}
