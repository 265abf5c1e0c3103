package org.advisorylock.benchmarks.own;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import javax.sql.DataSource;
import org.advisorylock.benchmarks.stub.StubDataSource;

/** The only DataSource: one that answers at once. */
@Dependent
public class StubDriver {

    /** One for the application. */
    @Produces
    @Dependent
    DataSource dataSource() {
        return new StubDataSource();
    }
}
