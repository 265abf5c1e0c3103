package org.advisorylock.examples.booking;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** What the job wrote at one tick of the timer. */
@Entity
@Table(name = "booking_report")
public class Report {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private long id;

    private long tick;
    private long sold;
    private String node = Node.NAME;

    /** For JPA. */
    protected Report() {}

    Report(long tick, long sold) {
        this.tick = tick;
        this.sold = sold;
    }

    /** The second for which it was made, since 1970. */
    public long tick() {
        return tick;
    }

    /** How many seats of all shows were sold. */
    public long sold() {
        return sold;
    }

    public String node() {
        return node;
    }
}
