package org.advisorylock.examples.recipes;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.advisorylock.LockHandle;
import org.advisorylock.SessionLocks;

/** The first server to start brings the tables up to date; the others wait for it, and find the work done. */
@ApplicationScoped
public class Migration {
    private static final List<String> STEPS = List.of(
            "ALTER TABLE orders ADD COLUMN customer bigint",
            "CREATE INDEX CONCURRENTLY orders_by_customer ON orders (customer)"); // not possible in a transaction

    @Inject
    SessionLocks locks;

    @Inject
    Sql sql;

    // tag::migration[]
    void migrate(@Observes Startup event) {
        try (LockHandle lock =
                locks.tryAcquire("migration", Duration.ofMinutes(10)).orElseThrow()) {
            int done =
                    sql.number("SELECT count(*) FROM schema_step").orElseThrow().intValue();
            for (String step : STEPS.subList(done, STEPS.size())) {
                if (!lock.isHeld()) {
                    throw new IllegalStateException("the lock was lost; start again");
                }
                sql.update(step);
                sql.update("INSERT INTO schema_step VALUES (?)", step);
            }
        }
    }
    // end::migration[]
}
