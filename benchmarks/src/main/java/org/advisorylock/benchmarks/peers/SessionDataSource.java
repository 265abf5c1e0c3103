package org.advisorylock.benchmarks.peers;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Qualifier;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;

/** The DataSource of the library's session locks, which are not on that of the transactions. */
@ApplicationScoped
class SessionDataSource {

    static final String NAME = "sessions";
    static final AtomicReference<DataSource> NEXT = new AtomicReference<>();

    /** So that it is not one more bean for {@code @Inject DataSource}. */
    @Qualifier
    @Retention(RetentionPolicy.RUNTIME)
    @interface ForSessions {}

    @Produces
    @ApplicationScoped
    @ForSessions
    @Named(NAME)
    DataSource dataSource() {
        return Objects.requireNonNull(NEXT.get());
    }
}
