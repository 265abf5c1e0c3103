package org.advisorylock.examples.recipes;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.logging.Logger;
import org.advisorylock.LockEvent;
import org.advisorylock.LockListener;

/** Writes into the log who waited for long. */
// tag::slow-locks[]
@ApplicationScoped
public class SlowLocks implements LockListener {

    private static final Logger LOGGER = Logger.getLogger("locks");

    @Override
    public void on(LockEvent event) {
        if (event instanceof LockEvent.Acquired got && got.waited().toMillis() > 500) {
            LOGGER.warning(got.lock() + " waited for " + got.waited());
        }
    }
}
// end::slow-locks[]
