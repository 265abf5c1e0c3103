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
                setNetworkTimeout(connection, networkTimeout);
                if (connection.getAutoCommit() != autoCommit) {
                    connection.setAutoCommit(autoCommit);
                }
            }
        } catch (SQLException e) {
            abort(connection);
        }
    }

    /** How long the driver waits for an answer, in milliseconds; 0 for ever. */
    static int networkTimeout(Connection connection) throws SQLException {
        return driversOwn(connection).getNetworkTimeout();
    }

    /**
     * Limits how long the driver waits for an answer. A pool is not told: Agroal sets a timeout that was changed
     * through it to its own setting when the connection comes back. That is none by default, so the
     * {@code socketTimeout} of the driver would be lost.
     */
    static void setNetworkTimeout(Connection connection, int millis) throws SQLException {
        driversOwn(connection).setNetworkTimeout(Runnable::run, millis);
    }

    /** The connection itself if the pool hides what is behind it. */
    static Connection driversOwn(Connection connection) {
        try {
            return connection.unwrap(Connection.class);
        } catch (SQLException | RuntimeException hidden) {
            return connection;
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
