package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;

/** Code that several senders of statements share. */
final class Statements {

    private Statements() {}

    /**
     * Prepares one of several statements in a message, so that all its rows come at once. With
     * {@code defaultRowFetchSize} the driver would fetch rows later, when the next statement has already closed their
     * cursor.
     */
    static PreparedStatement prepare(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setFetchSize(0);
        return statement;
    }

    static void bindKeys(Connection connection, PreparedStatement statement, int at, List<AdvisoryLockKey> keys)
            throws SQLException {
        bindNumbers(connection, statement, at, keys);
        bindKinds(connection, statement, at + 1, keys);
    }

    static void bindNumbers(Connection connection, PreparedStatement statement, int at, List<AdvisoryLockKey> keys)
            throws SQLException {
        Long[] numbers = new Long[keys.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = keys.get(i).number();
        }
        statement.setArray(at, connection.createArrayOf("int8", numbers));
    }

    /** Which of the keys are pairs. */
    static void bindKinds(Connection connection, PreparedStatement statement, int at, List<AdvisoryLockKey> keys)
            throws SQLException {
        Boolean[] pairs = keys.stream().map(AdvisoryLockKey::isPair).toArray(Boolean[]::new);
        statement.setArray(at, connection.createArrayOf("bool", pairs));
    }

    /** The only result of several statements that has rows. */
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
