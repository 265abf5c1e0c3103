package org.advisorylock;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A lock would have guarded nothing, or not what it should guard. For example, the connection is not part of the
 * transaction, the transaction has ended, the database is not PostgreSQL, or a key that should be held is not. The
 * method was not called.
 */
public class LockGuardException extends AdvisoryLockException {

    private static final long serialVersionUID = 1;

    /**
     * Makes an exception.
     *
     * @param message id, what happened, numbers, what to do
     * @param keys the keys that the call asked for, empty if they are not known
     * @param cause the cause, or null
     */
    public LockGuardException(String message, Collection<AdvisoryLockKey> keys, @Nullable Throwable cause) {
        super(message, keys, cause);
    }
}
