package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The settings that a connection of a pool had before it held locks, so that they can be restored. */
final class SessionSettings {

    /** Settings of the server, in the order of the texts in {@link LockSql}. */
    private static final String[] NAMES = {"idle", "pause", "probes", "unanswered", "idle_session"};

    private final boolean autoCommit;
    private final int networkTimeout;
    private final String[] values = new String[NAMES.length];

    SessionSettings(Connection connection) throws SQLException {
        this.autoCommit = connection.getAutoCommit();
        this.networkTimeout = Connections.networkTimeout(connection);
    }

    void switchToAutoCommit(Connection connection) throws SQLException {
        if (!autoCommit) {
            connection.setAutoCommit(true);
        }
    }

    /** The settings of a session that holds locks. */
    static void bind(PreparedStatement statement, SessionTimeouts timeouts) throws SQLException {
        long seconds = Math.max(1, (timeouts.heartbeat().toMillis() + 999) / 1000);
        statement.setString(1, Long.toString(2 * seconds));
        statement.setString(2, Long.toString(seconds));
        statement.setString(3, "2");
        statement.setString(4, Long.toString(4000 * seconds));
        statement.setString(5, Long.toString(timeouts.silence().toMillis()));
    }

    /** Reads the settings that the server had. */
    void read(ResultSet rows) throws SQLException {
        for (int setting = 0; setting < NAMES.length; setting++) {
            values[setting] = rows.getString(NAMES[setting]);
        }
    }

    /**
     * Restores what a failed opening has changed. It did not change the server's settings, because its only statement
     * sets them.
     */
    void restoreAfterFailure(Connection connection) {
        Connections.restore(connection, autoCommit, networkTimeout);
    }

    /** Restores everything, and releases everything that the session may still hold. */
    void restore(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SessionSql.CLOSE_SESSION)) {
            for (int setting = 0; setting < NAMES.length; setting++) {
                statement.setString(setting + 1, values[setting]);
            }
            statement.execute();
        }
        Connections.setNetworkTimeout(connection, networkTimeout);
        if (!autoCommit) {
            connection.setAutoCommit(false);
        }
    }
}
