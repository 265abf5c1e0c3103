package org.advisorylock.examples.recipes;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/** A queue that one leader works through. It refuses a leader whose term is over. */
@ApplicationScoped
public class OrderQueue {
    @Inject
    Sql sql;

    // tag::fence[]
    /** Ships the next order, if there is one. */
    @Transactional
    public boolean shipNext(long term) {
        // Locks the row until the commit, so that a newer leader cannot come in between.
        if (sql.update("UPDATE queue_term SET term = ? WHERE term <= ?", term, term) == 0) {
            throw new IllegalStateException("term " + term + " is over");
        }
        return sql.update(
                        "UPDATE orders SET shipped_in = ? WHERE id ="
                                + " (SELECT min(id) FROM orders WHERE shipped_in IS NULL)",
                        term)
                == 1;
    }
    // end::fence[]
}
