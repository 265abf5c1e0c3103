package org.advisorylock.examples.booking;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Connects to the service {@code booking} of a pg_service.conf, as psql does, so the WAR has neither address nor
 * password. It is a class of its own, because servers set an empty user name if the annotation names none.
 */
public class ServiceDataSource extends PGSimpleDataSource {
    static final String URL = "jdbc:postgresql:///?service=booking";

    private static final long serialVersionUID = 1;

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = new Driver().connect(URL, new Properties());
        if (connection == null) {
            throw new SQLException("the driver does not know its own URL");
        }
        return connection;
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }
}
