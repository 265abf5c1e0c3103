package org.advisorylock.testbed;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL that the tests of this JVM use, chosen at the first call of {@link #get()}. */
public final class TestDatabase {

    /** Where a test database comes from. */
    public enum Origin {
        /** A server that somebody else runs: {@code LOCKS_TEST_JDBC_URL}. */
        EXTERNAL,
        /** A container of this JVM. */
        CONTAINER,
        /** PostgreSQL's own binaries, as a child process of this JVM. */
        EMBEDDED
    }

    private static @Nullable TestDatabase chosen;
    private static @Nullable String failure;

    private final Origin kind;
    private final JdbcAddress address;

    TestDatabase(Origin kind, JdbcAddress address) {
        this.kind = kind;
        this.address = address;
    }

    /**
     * The only database of this JVM.
     *
     * @throws IllegalStateException if the environment asks for one that is not available; again at every call
     */
    public static synchronized TestDatabase get() {
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        if (chosen == null) {
            try {
                chosen = DatabaseChoice.of(System.getenv()).open();
            } catch (RuntimeException e) {
                failure = e.getMessage();
                throw e;
            }
        }
        return chosen;
    }

    /** The source of the database. */
    public Origin kind() {
        return kind;
    }

    /** The URL, without user and password. */
    public String jdbcUrl() {
        return address.url();
    }

    /** The user's name. */
    public String user() {
        return address.user();
    }

    /** The password, empty for none. */
    public String password() {
        return address.password();
    }

    /** The server's address. */
    public String host() {
        return address.host();
    }

    /** The server's port. */
    public int port() {
        return address.port();
    }

    /** The name of the database. */
    public String database() {
        return address.database();
    }

    /**
     * The URLs of three more databases of the same server and user, for a group; created if they are not there.
     *
     * @throws IllegalStateException if one is not there and the user cannot create it
     */
    public List<String> groupUrls() {
        return GroupDatabases.urls(address);
    }

    /** A plain connection in autocommit, outside every pool and transaction; the caller closes it. */
    public Connection connect() throws SQLException {
        return connect("testbed");
    }

    /** The same to another database of the server. */
    public Connection connectTo(String url) throws SQLException {
        return DriverManager.getConnection(url, user(), password());
    }

    Connection connect(String applicationName) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user());
        properties.setProperty("password", password());
        properties.setProperty("ApplicationName", applicationName);
        return DriverManager.getConnection(jdbcUrl(), properties);
    }
}
