package org.advisorylock.examples.booking;

import jakarta.ejb.DependsOn;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.OnTimeout;

/** A job that the timer of every server starts each second, and that one of them must do. */
@Singleton
@DependsOn("Tables")
public class Reports {
    @PersistenceContext
    EntityManager entities;

    /**
     * The lock keeps two runs apart. It ends with the transaction, so a server whose clock is a little late comes when the first has
     * finished, and gets it. Therefore the tick that is done is written down under the lock, and the next to come sees it.
     */
    @Schedule(hour = "*", minute = "*", second = "*", persistent = false)
    @AdvisoryLock(value = "booking-report", accessTimeout = AdvisoryLock.IMMEDIATE, onTimeout = OnTimeout.SKIP)
    public void write() {
        long tick = tick();
        if (!isWritten(tick)) {
            entities.persist(new Report(tick, sold()));
        }
    }

    /**
     * The second that the timer was set for, by the one clock that all servers share, the database's. Rounded, since a server whose
     * clock is a little early comes before it.
     */
    private long tick() {
        Object seconds = entities.createNativeQuery(
                        "SELECT CAST(ROUND(EXTRACT(EPOCH FROM CLOCK_TIMESTAMP())) AS bigint)")
                .getSingleResult();
        return ((Number) seconds).longValue();
    }

    private boolean isWritten(long tick) {
        return entities.createQuery("SELECT COUNT(r) FROM Report r WHERE r.tick = :tick", Long.class)
                        .setParameter("tick", tick)
                        .getSingleResult()
                > 0;
    }

    private long sold() {
        return entities.createQuery("SELECT COUNT(s) FROM Sale s", Long.class).getSingleResult();
    }

    public List<Report> latest() {
        return entities.createQuery("SELECT r FROM Report r ORDER BY r.id DESC", Report.class)
                .setMaxResults(5)
                .getResultList();
    }
}
