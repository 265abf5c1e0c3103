package org.advisorylock.testbed;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.advisorylock.testbed.TestDatabase.Origin;

/**
 * Chooses the test database by the environment. If somebody asks for a kind and it is not available, that is a failure:
 * a run for a container must not turn into another one unnoticed.
 */
final class DatabaseChoice {

    private static final Set<String> WORDS = Set.of("auto", "external", "container", "embedded");

    private final Origin kind;
    private final String reason;
    private final Map<String, String> environment;

    private DatabaseChoice(Origin kind, String reason, Map<String, String> environment) {
        this.kind = kind;
        this.reason = reason;
        this.environment = environment;
    }

    static DatabaseChoice of(Map<String, String> environment) {
        return of(environment, ContainerDatabase::engineAnswers);
    }

    static DatabaseChoice of(Map<String, String> environment, BooleanSupplier engineAnswers) {
        String word = environment.getOrDefault("LOCKS_TEST_DB", "auto").toLowerCase(Locale.ROOT);
        boolean url = !environment.getOrDefault("LOCKS_TEST_JDBC_URL", "").isEmpty();
        if (!WORDS.contains(word)) {
            throw new IllegalStateException(
                    "LOCKS_TEST_DB is '" + word + "'; it must be auto, external, container or embedded");
        }
        if (word.equals("external") && !url) {
            throw new IllegalStateException("LOCKS_TEST_DB is external, and LOCKS_TEST_JDBC_URL is not set");
        }
        if (!word.equals("auto")) {
            return new DatabaseChoice(
                    Origin.valueOf(word.toUpperCase(Locale.ROOT)), "LOCKS_TEST_DB=" + word, environment);
        }
        if (url) {
            return new DatabaseChoice(Origin.EXTERNAL, "LOCKS_TEST_JDBC_URL", environment);
        }
        return engineAnswers.getAsBoolean()
                ? new DatabaseChoice(Origin.CONTAINER, "a Docker engine answers", environment)
                : new DatabaseChoice(Origin.EMBEDDED, "no container: no Docker engine answers", environment);
    }

    Origin kind() {
        return kind;
    }

    String reason() {
        return reason;
    }

    /** Starts or reaches the database and prints the line that tells which one. */
    TestDatabase open() {
        try {
            JdbcAddress address =
                    switch (kind) {
                        case EXTERNAL ->
                            JdbcAddress.parse(environment.getOrDefault("LOCKS_TEST_JDBC_URL", ""), environment);
                        case CONTAINER ->
                            ContainerDatabase.start(
                                    environment.getOrDefault("LOCKS_TEST_IMAGE", ContainerDatabase.IMAGE));
                        case EMBEDDED -> EmbeddedDatabase.start();
                    };
            TestDatabase database = new TestDatabase(kind, address);
            print(database, address);
            return database;
        } catch (Exception e) {
            throw new IllegalStateException(
                    "The test database (" + kind + ", " + reason + ") is not available: " + e.getMessage()
                            + "; choose another with LOCKS_TEST_DB=external|container|embedded",
                    e);
        }
    }

    private void print(TestDatabase database, JdbcAddress address) throws SQLException {
        try (Connection connection = database.connect()) {
            System.out.printf(
                    "Test database: %s, PostgreSQL %s, %s (%s)%n",
                    kind, connection.getMetaData().getDatabaseProductVersion(), address.printable(), reason);
        }
    }
}
