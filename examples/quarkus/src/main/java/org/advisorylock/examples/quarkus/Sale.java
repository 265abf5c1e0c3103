package org.advisorylock.examples.quarkus;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
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
public class Sale extends PanacheEntityBase {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public long id;

    @Column(name = "show_id")
    public int show;

    public int seat;
    public String customer = "";
    public String node = "";

    static Sale of(int show, int seat, String customer, String node) {
        Sale sale = new Sale();
        sale.show = show;
        sale.seat = seat;
        sale.customer = customer;
        sale.node = node;
        return sale;
    }
}
