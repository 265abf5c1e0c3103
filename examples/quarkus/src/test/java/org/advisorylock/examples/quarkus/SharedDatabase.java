package org.advisorylock.examples.quarkus;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;
import org.advisorylock.testbed.TestDatabase;

/** Gives the application the database of the tests. */
public final class SharedDatabase implements QuarkusTestResourceLifecycleManager {

    @Override
    public Map<String, String> start() {
        return settings();
    }

    /** The properties that say where it is. */
    static Map<String, String> settings() {
        TestDatabase database = TestDatabase.get();
        return Map.of(
                "quarkus.datasource.jdbc.url", database.jdbcUrl(),
                "quarkus.datasource.username", database.user(),
                // It must not be empty, and is not asked for if there is none.
                "quarkus.datasource.password", database.password().isEmpty() ? "none" : database.password());
    }

    @Override
    public void stop() {
        // The database ends with this JVM.
    }
}
