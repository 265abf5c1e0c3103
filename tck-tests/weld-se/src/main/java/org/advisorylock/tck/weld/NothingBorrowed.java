package org.advisorylock.tck.weld;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.arquillian.core.api.annotation.Observes;
import org.jboss.arquillian.test.spi.event.suite.After;

/** Fails a test that leaves a connection borrowed from the pool. */
public final class NothingBorrowed {

    /** After each test, and after its own clean-up. */
    void check(@Observes After event) {
        // A lock that a member of a group granted too late is released in the background.
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (WeldPlatform.borrowedConnections() != 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        long borrowed = WeldPlatform.borrowedConnections();
        if (borrowed != 0) {
            throw new AssertionError(borrowed + " connections are borrowed after " + event.getTestMethod());
        }
    }
}
