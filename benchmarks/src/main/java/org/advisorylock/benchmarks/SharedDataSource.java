package org.advisorylock.benchmarks;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;

/** The only DataSource of the applications that are started next. */
@ApplicationScoped
class SharedDataSource {

    static final AtomicReference<DataSource> NEXT = new AtomicReference<>();

    @Produces
    @ApplicationScoped
    DataSource dataSource() {
        return Objects.requireNonNull(NEXT.get());
    }
}
