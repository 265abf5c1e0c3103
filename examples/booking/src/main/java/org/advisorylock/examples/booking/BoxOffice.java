package org.advisorylock.examples.booking;

import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import org.advisorylock.AdvisoryLock;

/**
 * Sells seats. A sale first looks whether the seat is free, and then writes the sale. Two at once would sell it twice.
 */
@Stateless
public class BoxOffice {
    @PersistenceContext
    EntityManager entities;

    /** Sells a seat, if it is free: nobody else is in here for this seat, on any server, until the commit. */
    @AdvisoryLock("seat:{show}:{seat}")
    public boolean book(int show, int seat, String customer) {
        return sellIfFree(show, seat, customer);
    }

    /** The same without the lock: two callers both see a free seat, and both sell it. */
    public boolean bookWithoutLock(int show, int seat, String customer) {
        return sellIfFree(show, seat, customer);
    }

    private boolean sellIfFree(int show, int seat, String customer) {
        long sold = entities.createQuery(
                        "SELECT COUNT(s) FROM Sale s WHERE s.show = :show AND s.seat = :seat", Long.class)
                .setParameter("show", show)
                .setParameter("seat", seat)
                .getSingleResult();
        if (sold > 0) {
            return false;
        }
        entities.persist(new Sale(show, seat, customer));
        return true;
    }

    public List<Sale> sales(int show) {
        return entities.createQuery("SELECT s FROM Sale s WHERE s.show = :show ORDER BY s.id", Sale.class)
                .setParameter("show", show)
                .getResultList();
    }
}
