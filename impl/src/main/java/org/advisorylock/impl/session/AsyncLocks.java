package org.advisorylock.impl.session;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockHandle;
import org.advisorylock.LockLostException;

/**
 * Exclusive session locks on one DataSource, for callers that must not block. No thread owns these locks. Safe for use
 * by several threads.
 */
public interface AsyncLocks {

    /**
     * Tries once to take a key. Requests that come together share one message.
     *
     * @return the lock; empty if somebody has it, in this JVM or elsewhere; fails if the database cannot be asked, and
     *     then holds nothing
     */
    CompletionStage<Optional<LockHandle>> tryOnce(AdvisoryLockKey key);

    /** The lock's fencing token; fails with {@link LockLostException} if the lock is not held any more. */
    CompletionStage<Long> token(LockHandle handle);

    /** Releases a lock. Completes when it is free or lost. Does nothing if it was released before. */
    CompletionStage<Void> release(LockHandle handle);
}
