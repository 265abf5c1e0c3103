package org.advisorylock.examples.quarkus;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** What the job wrote. */
@Entity
@Table(name = "booking_report")
public class Report extends PanacheEntityBase {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public long id;

    /** The second for which it was made, since 1970. */
    public long tick;

    /** How many seats of all shows were sold. */
    public long sold;

    public String node = "";

    static Report of(long tick, long sold, String node) {
        Report report = new Report();
        report.tick = tick;
        report.sold = sold;
        report.node = node;
        return report;
    }
}
