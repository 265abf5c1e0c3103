package org.advisorylock.testbed;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Three databases on the server of the test database. Their locks know nothing of each other, and a group of databases
 * needs nothing more. They stay there for the next run.
 */
final class GroupDatabases {

    private static final List<String> SUFFIXES = List.of("_group_a", "_group_b", "_group_c");
    private static final String DUPLICATE_DATABASE = "42P04";
    private static final String UNIQUE_VIOLATION = "23505";

    private GroupDatabases() {}

    /**
     * Their URLs, without user and password. A missing database is created.
     *
     * @throws IllegalStateException if one is missing and the user cannot create it
     */
    static List<String> urls(JdbcAddress address) {
        List<String> urls = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(address.url(), address.user(), address.password())) {
            for (String suffix : SUFFIXES) {
                String name = address.database() + suffix;
                if (!exists(connection, name)) {
                    create(connection, name, address.user());
                }
                urls.add(address.url(name));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the test database cannot be reached: " + e.getMessage(), e);
        }
        return List.copyOf(urls);
    }

    private static boolean exists(Connection connection, String name) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT 1 FROM pg_catalog.pg_database WHERE datname = ?")) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void create(Connection connection, String name, String user) {
        try (Statement statement = connection.createStatement()) {
            // Nobody is ever connected to template0. A connection to the template would be an error.
            statement.execute("CREATE DATABASE \"" + name.replace("\"", "\"\"") + "\" TEMPLATE template0");
        } catch (SQLException e) {
            // Another run has just done it.
            if (!List.of(DUPLICATE_DATABASE, UNIQUE_VIOLATION).contains(e.getSQLState())) {
                throw new IllegalStateException(
                        "the tests of groups of databases need a database '" + name
                                + "' on the server of the test database, and user '"
                                + user + "' could not create it (" + e.getSQLState() + ": " + e.getMessage()
                                + "); create it for that user, or give the user CREATEDB",
                        e);
            }
        }
    }
}
