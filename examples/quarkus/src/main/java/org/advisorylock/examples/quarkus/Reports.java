package org.advisorylock.examples.quarkus;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockScope;
import org.advisorylock.OnTimeout;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** A job that the timer of every node starts, and that only one of them must do. */
@ApplicationScoped
public class Reports {

    private final String node;

    @Inject
    Reports(@ConfigProperty(name = "booking.node") String node) {
        this.node = node;
    }

    /**
     * The lock is kept for half of the timer's interval, so it also keeps out a node whose clock is less than that
     * late. A nightly job would keep it for an hour. The thread is virtual on a JDK that has such, and else one of the
     * pool.
     */
    @RunOnVirtualThread
    @Scheduled(cron = "{booking.report.cron}")
    @AdvisoryLock(
            value = "booking-report",
            scope = LockScope.SESSION,
            accessTimeout = AdvisoryLock.IMMEDIATE,
            onTimeout = OnTimeout.SKIP,
            holdAtLeast = 500,
            holdAtLeastUnit = MILLISECONDS)
    @Transactional
    void write() {
        Report.of(tick(), Sale.count(), node).persist();
    }

    /** The second by the database's clock, the only clock that all nodes share. */
    private static long tick() {
        Object seconds = Report.getEntityManager()
                .createNativeQuery("SELECT CAST(ROUND(EXTRACT(EPOCH FROM CLOCK_TIMESTAMP())) AS bigint)")
                .getSingleResult();
        return ((Number) seconds).longValue();
    }
}
