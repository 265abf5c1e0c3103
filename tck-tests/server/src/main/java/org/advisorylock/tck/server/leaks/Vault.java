package org.advisorylock.tck.server.leaks;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.concurrent.CompletionStage;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockScope;

/** Locks in every way that the annotation has. */
@ApplicationScoped
public class Vault {

    /** In the transaction of the caller. */
    @Transactional
    @AdvisoryLock("{key}")
    public void open(String key) {
        // Only the lock counts.
    }

    /** Round a call. */
    @AdvisoryLock(value = "{key}", scope = LockScope.SESSION)
    public void openInSession(String key) {
        // Only the lock counts.
    }

    /** The lock is held until the transaction ends with its result, in another thread. */
    @Transactional
    @AdvisoryLock("{key}")
    public <T> CompletionStage<T> openLater(String key, CompletionStage<T> result) {
        return result;
    }

    /** The lock is held until the result is complete, in another thread. */
    @AdvisoryLock(value = "{key}", scope = LockScope.SESSION)
    public <T> CompletionStage<T> openLaterInSession(String key, CompletionStage<T> result) {
        return result;
    }
}
