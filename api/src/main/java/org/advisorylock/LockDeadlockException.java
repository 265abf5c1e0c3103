package org.advisorylock;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL ended the request as the victim of a deadlock (SQLSTATE 40P01). The transaction is marked for rollback. If
 * the whole transaction runs again, it may succeed.
 *
 * @see <a href="https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS">PostgreSQL:
 *     Deadlocks</a>
 */
public class LockDeadlockException extends AdvisoryLockException {

    private static final long serialVersionUID = 1;

    /**
     * Makes an exception.
     *
     * @param message id, what happened, numbers, what to do
     * @param keys the keys that the call asked for
     * @param cause PostgreSQL's error, or null
     */
    public LockDeadlockException(String message, Collection<AdvisoryLockKey> keys, @Nullable Throwable cause) {
        super(message, keys, cause);
    }
}
