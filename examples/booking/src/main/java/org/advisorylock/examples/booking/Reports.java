package org.advisorylock.examples.booking;

import jakarta.ejb.DependsOn;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.OnTimeout;

/** A job that the timer of every server starts each second, and that only one of them must do. */
@Singleton
@DependsOn("Tables")
public class Reports {
    @PersistenceContext
    EntityManager entities;

    /**
     * The lock keeps two runs apart. It ends with the transaction. So a server whose clock is a little late comes after
     * the first one has finished, and gets the lock, too. Therefore the job writes down the finished tick under the
     * lock, and the next server sees it.
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
     * The second of the timer, by the database's clock, the only clock that all servers share. It is rounded, because a
     * server whose clock is a little early comes before it.
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
