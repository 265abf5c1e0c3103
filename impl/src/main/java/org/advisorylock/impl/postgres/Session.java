package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The session of a connection, as the server says.
 *
 * @param backend its process id
 * @param place the database, and the start of its server
 */
record Session(int backend, String place) {

    /** Asks the server. */
    static Session read(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LockSql.SESSION);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return new Session(rows.getInt("backend"), rows.getString("place"));
        }
    }
}
