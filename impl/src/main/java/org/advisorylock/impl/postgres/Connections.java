package org.advisorylock.impl.postgres;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import org.advisorylock.spi.Printable;

/** Small things to do with a connection. */
final class Connections {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    private Connections() {}

    /** Gives back one that is of no use. */
    static void giveBack(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOGGER.log(
                    Level.DEBUG,
                    () -> Printable.message("a connection that is of no use could not be given back: " + e));
        }
    }

    static String describe(DatabaseMetaData product) throws SQLException {
        return product.getDatabaseProductName() + " " + product.getDatabaseProductVersion();
    }
}
