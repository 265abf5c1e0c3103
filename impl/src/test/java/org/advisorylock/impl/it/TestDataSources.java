package org.advisorylock.impl.it;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The application's only DataSource. */
@ApplicationScoped
class TestDataSources {

    static @Nullable DataSource local;

    @Produces
    @ApplicationScoped
    DataSource dataSource() {
        if (local == null) {
            throw new IllegalStateException("the test has set no DataSource");
        }
        return local;
    }
}
