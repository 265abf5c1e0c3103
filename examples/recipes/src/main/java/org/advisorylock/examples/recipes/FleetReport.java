package org.advisorylock.examples.recipes;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.advisorylock.LockHandle;
import org.advisorylock.SessionLocks;

/**
 * One expensive report for many workers with a database each: the first one that needs it computes it, and all get the
 * same.
 */
@ApplicationScoped
public class FleetReport {
    /**
     * Stands for things that all workers reach: the data of a report, and the place where it is kept, such as an object
     * store.
     */
    public interface Shared {
        /** The report of a month, if it was made. */
        Optional<Long> kept(String month);

        /** Hours of work. */
        long compute(String month);

        /** Keeps a report, unless it has seen a greater token: then the worker has lost its lock. */
        void keep(String month, long report, long token);
    }

    @Inject
    SessionLocks locks;

    @Inject
    Shared shared;

    /** On this worker's own database. */
    @Inject
    Sql sql;

    // tag::fleet-report[]
    // On every worker: advisorylock.group.fleet=worker-1,worker-2,worker-3
    public long of(String month) {
        return known(month).orElseGet(() -> {
            try (LockHandle lock = locks.on("fleet").acquire("report:" + month)) {
                long report = shared.kept(month)
                        .orElseGet(
                                () -> { // another worker may have been faster
                                    long computed = shared.compute(month);
                                    shared.keep(month, computed, lock.fencingToken()); // throws if the lock was lost
                                    return computed;
                                });
                sql.update("INSERT INTO report VALUES (?, ?) ON CONFLICT DO NOTHING", month, report);
                return report;
            }
        });
    }

    private Optional<Long> known(String month) {
        return sql.number("SELECT total FROM report WHERE month = ?", month);
    }
    // end::fleet-report[]
}
