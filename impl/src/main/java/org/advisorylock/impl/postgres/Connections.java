package org.advisorylock.impl.postgres;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import org.advisorylock.spi.Printable;

/** Helpers for connections. */
final class Connections {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    private Connections() {}

    /** Gives back a connection that nobody can use. */
    static void giveBack(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOGGER.log(
                    Level.DEBUG,
                    () -> Printable.message("a connection that is of no use could not be given back: " + e));
        }
    }

    /** Restores the settings of a connection. If that is impossible, the connection is not given back to the pool. */
    static void restore(Connection connection, boolean autoCommit, int networkTimeout) {
        try {
            if (!connection.isClosed()) {
                connection.setNetworkTimeout(Runnable::run, networkTimeout);
                if (connection.getAutoCommit() != autoCommit) {
                    connection.setAutoCommit(autoCommit);
                }
            }
        } catch (SQLException e) {
            abort(connection);
        }
    }

    private static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOGGER.log(Level.DEBUG, () -> Printable.message("a connection could not be ended: " + e));
        }
    }

    static String describe(DatabaseMetaData product) throws SQLException {
        return product.getDatabaseProductName() + " " + product.getDatabaseProductVersion();
    }
}
