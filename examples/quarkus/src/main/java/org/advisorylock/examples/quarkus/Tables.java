package org.advisorylock.examples.quarkus;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import org.advisorylock.AdvisoryLock;

/** The tables. */
@ApplicationScoped
public class Tables {
    @Inject
    EntityManager entities;

    /**
     * Nodes that start at the same time would collide, because CREATE TABLE IF NOT EXISTS can fail if two run it at
     * once.
     */
    @Transactional
    @AdvisoryLock("booking-tables")
    void create(@Observes StartupEvent start) {
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
