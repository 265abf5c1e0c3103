package org.advisorylock.examples.quickstart;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.OnTimeout;

/** A job that every server starts at the same time, and that only one of them must do. */
@ApplicationScoped
public class Reports {
    /** Returns true from the server that did the work, and false, without a wait, from the others. */
    @Transactional
    @AdvisoryLock(value = "nightly-report", accessTimeout = AdvisoryLock.IMMEDIATE, onTimeout = OnTimeout.SKIP)
    public boolean nightly(Runnable work) {
        work.run();
        return true;
    }
}
