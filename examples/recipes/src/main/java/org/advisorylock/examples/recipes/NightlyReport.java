package org.advisorylock.examples.recipes;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockScope;
import org.advisorylock.OnTimeout;

/**
 * A job that all servers start and one of them runs, even if it takes only a moment and their clocks differ by minutes.
 */
@ApplicationScoped
public class NightlyReport {
    @Inject
    Sql sql;

    // tag::nightly-report[]
    // In an enterprise bean, on all servers: @Schedule(hour = "2", persistent = false)
    @AdvisoryLock(
            value = "nightly-report",
            scope = LockScope.SESSION,
            accessTimeout = AdvisoryLock.IMMEDIATE,
            onTimeout = OnTimeout.SKIP,
            holdAtLeast = 10,
            holdAtLeastUnit = TimeUnit.MINUTES)
    public boolean run() {
        sql.update("INSERT INTO report SELECT current_date, count(*) FROM orders");
        return true; // a server that was skipped gets false
    }
    // end::nightly-report[]
}
