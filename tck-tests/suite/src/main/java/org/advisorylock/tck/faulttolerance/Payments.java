package org.advisorylock.tck.faulttolerance;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockScope;
import org.advisorylock.tck.Database;
import org.eclipse.microprofile.faulttolerance.Fallback;
import org.eclipse.microprofile.faulttolerance.Retry;
import org.eclipse.microprofile.faulttolerance.Timeout;

/** Locked methods with fault tolerance, which do what the test gives them. */
@ApplicationScoped
@CountedAttempts
public class Payments {

    @Inject
    Database database;

    /** Up to three times. */
    @Retry(maxRetries = 2, delay = 0, jitter = 0)
    @Transactional
    @AdvisoryLock(value = "payment:{id}", accessTimeout = AdvisoryLock.IMMEDIATE)
    public String retried(int id, Callable<String> work) throws Exception {
        return work.call();
    }

    /** Up to three times, under a lock of the session. */
    @Retry(maxRetries = 2, delay = 0, jitter = 0)
    @Transactional
    @AdvisoryLock(value = "payment:{id}", scope = LockScope.SESSION, accessTimeout = AdvisoryLock.IMMEDIATE)
    public String retriedInSession(int id, Callable<String> work) throws Exception {
        return work.call();
    }

    /** With a fallback. */
    @Fallback(fallbackMethod = "instead")
    @Transactional(rollbackOn = Exception.class)
    @AdvisoryLock(value = "payment:{id}", accessTimeout = AdvisoryLock.IMMEDIATE)
    public String fallingBack(int id, Callable<String> work) throws Exception {
        return work.call();
    }

    /** The fallback. Returns the keys that are held in it. */
    public String instead(int id, Callable<String> work) {
        return "instead of " + id + ", held " + database.heldKeys();
    }

    /** A short timeout of fault tolerance, and one second at most for the lock. */
    @Timeout(200)
    @Transactional
    @AdvisoryLock(value = "payment:{id}", accessTimeout = 1)
    public String bounded(int id, Callable<String> work) throws Exception {
        return work.call();
    }

    /** The same with long timeouts. */
    @Timeout(200)
    @Transactional
    @AdvisoryLock(value = "payment:{id}", accessTimeout = 60, unit = TimeUnit.SECONDS)
    public String boundedPatiently(int id, Callable<String> work) throws Exception {
        return work.call();
    }
}
