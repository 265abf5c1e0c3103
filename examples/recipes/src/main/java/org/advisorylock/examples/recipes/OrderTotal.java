package org.advisorylock.examples.recipes;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Optional;
import org.advisorylock.TransactionLocks;

/**
 * A costly result that is computed once after each change: the first one that needs it computes it, the others wait and
 * read.
 */
@ApplicationScoped
public class OrderTotal {
    @Inject
    TransactionLocks locks;

    @Inject
    Sql sql;

    // tag::once-per-change[]
    @Transactional
    public long current() {
        return known().orElseGet(() -> {
            locks.acquire("order-total"); // until the commit, which shows the result to the others
            return known().orElseGet(this::compute); // somebody may have been faster
        });
    }

    /** Call it in the transaction that changes the orders. */
    @Transactional
    public void changed() {
        sql.update("UPDATE order_version SET version = version + 1");
    }

    private Optional<Long> known() {
        return sql.number("SELECT total FROM order_total JOIN order_version USING (version)");
    }

    private long compute() {
        // One statement, so that the total is that of the version.
        return sql.number("INSERT INTO order_total SELECT version, (SELECT count(*) FROM orders) FROM order_version"
                        + " RETURNING total")
                .orElseThrow();
    }
    // end::once-per-change[]
}
