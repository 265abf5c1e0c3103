package org.advisorylock.examples.quarkus;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import org.advisorylock.AdvisoryLock;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Sells seats. A sale first looks whether the seat is free, and then writes the sale. Two at once would sell it twice.
 */
@ApplicationScoped
@Transactional
public class BoxOffice {

    private final String node;

    @Inject
    BoxOffice(@ConfigProperty(name = "booking.node") String node) {
        this.node = node;
    }

    /** Sells a seat, if it is free: nobody else is in here for this seat, on any server, until the commit. */
    @AdvisoryLock("seat:{show}:{seat}")
    boolean book(int show, int seat, String customer) {
        return sellIfFree(show, seat, customer);
    }

    /** The same without the lock: two callers both see a free seat, and both sell it. */
    boolean bookWithoutLock(int show, int seat, String customer) {
        return sellIfFree(show, seat, customer);
    }

    private boolean sellIfFree(int show, int seat, String customer) {
        if (Sale.count("show = ?1 and seat = ?2", show, seat) > 0) {
            return false;
        }
        Sale.of(show, seat, customer, node).persist();
        return true;
    }
}
