package org.advisorylock.examples.booking;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.sql.DataSourceDefinition;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import org.advisorylock.TransactionLocks;

/** The DataSource, for the data and for the locks, and the tables in it. */
@Singleton
@Startup
@DataSourceDefinition(
        name = "java:app/jdbc/booking",
        className = "org.advisorylock.examples.booking.ServiceDataSource",
        url = ServiceDataSource.URL,
        maxPoolSize = 20)
public class Tables {
    @PersistenceContext
    EntityManager entities;

    @Inject
    TransactionLocks locks;

    /**
     * Servers that start at the same time would collide, because CREATE TABLE IF NOT EXISTS can fail if two run it at
     * once. An annotation would have no effect here, because no interceptor is called for this method.
     */
    @PostConstruct
    void create() {
        locks.acquire("booking-tables");
        // A UNIQUE (show_id, seat) would be right in a real application, beside the lock. Here it would hide what the
        // lock does.
        execute(
                """
                CREATE TABLE IF NOT EXISTS booking_sale (
                    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    show_id int NOT NULL, seat int NOT NULL, customer text NOT NULL, node text NOT NULL)""");
        execute("CREATE INDEX IF NOT EXISTS booking_sale_seat ON booking_sale (show_id, seat)");
        execute(
                """
                CREATE TABLE IF NOT EXISTS booking_report (
                    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    tick bigint NOT NULL, sold bigint NOT NULL, node text NOT NULL)""");
    }

    private void execute(String sql) {
        entities.createNativeQuery(sql).executeUpdate();
    }
}
