package org.advisorylock.examples.booking.run;

/**
 * A client's try to book a seat.
 *
 * @param customer a name of its own
 * @param broken whether a node took the booking and went away before it answered, so that the seat may be sold or not;
 *     the client then asks the other node
 */
record BookingAttempt(String customer, int seat, NodeAnswer answer, boolean broken) {
    /** The answer of the last node that was asked. */
    enum NodeAnswer {
        SOLD,
        REFUSED,
        FAILED
    }
}
