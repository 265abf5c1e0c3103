package org.advisorylock.examples.booking;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/**
 * A seat that was sold. Its table allows two sales of a seat, so that you can see what the lock does: see
 * {@link Tables}.
 */
@Entity
@Table(name = "booking_sale")
public class Sale {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private long id;

    @Column(name = "show_id")
    private int show;

    private int seat;
    private String customer = "";
    private String node = Node.NAME;

    /** For JPA. */
    protected Sale() {}

    Sale(int show, int seat, String customer) {
        this.show = show;
        this.seat = seat;
        this.customer = customer;
    }

    public int seat() {
        return seat;
    }

    public String customer() {
        return customer;
    }

    public String node() {
        return node;
    }
}
