package org.advisorylock.tck.weld;

import org.jboss.arquillian.core.api.annotation.Observes;
import org.jboss.arquillian.test.spi.event.suite.After;

/** Fails a test that leaves a connection borrowed from the pool. */
public final class NothingBorrowed {

    /** After each test, and after its own clean-up. */
    void check(@Observes After event) {
        long borrowed = Platform.borrowedConnections();
        if (borrowed != 0) {
            throw new AssertionError(borrowed + " connections are borrowed after " + event.getTestMethod());
        }
    }
}
