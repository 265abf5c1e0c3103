package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;

/** What several senders of statements share. */
final class Statements {

    private Statements() {}

    /**
     * Prepares one of several statements in a message, all of whose rows come at once: a driver that fetched them as they are asked for
     * ({@code defaultRowFetchSize}) would find that the next statement has closed their cursor.
     */
    static PreparedStatement prepare(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setFetchSize(0);
        return statement;
    }

    static void bindKeys(Connection connection, PreparedStatement statement, int at, List<AdvisoryLockKey> keys)
            throws SQLException {
        Long[] numbers = keys.stream().map(AdvisoryLockKey::number).toArray(Long[]::new);
        Boolean[] pairs = keys.stream().map(AdvisoryLockKey::isPair).toArray(Boolean[]::new);
        statement.setArray(at, connection.createArrayOf("int8", numbers));
        statement.setArray(at + 1, connection.createArrayOf("bool", pairs));
    }

    /** The one result of several statements that has rows. */
    static ResultSet rows(Statement statement) throws SQLException {
        ResultSet rows = statement.getResultSet();
        while (rows == null) {
            if (!statement.getMoreResults() && statement.getUpdateCount() < 0) {
                throw new SQLException("no rows came back");
            }
            rows = statement.getResultSet();
        }
        return rows;
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
