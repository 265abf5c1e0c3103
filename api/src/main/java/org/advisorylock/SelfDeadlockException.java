package org.advisorylock;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A transaction asked for a key that a suspended transaction of the same thread holds, as a {@code REQUIRES_NEW} method
 * does under the lock. It would wait for ever: the holder can go on only after this call returns, and PostgreSQL cannot
 * see that. It is thrown at once, without a round trip. The message names both places.
 *
 * <p>It is also thrown if a transaction asks for a key that it holds itself, by another DataSource of the same database
 * and so in another session.
 */
public class SelfDeadlockException extends AdvisoryLockException {

    private static final long serialVersionUID = 1;

    /**
     * Makes an exception.
     *
     * @param message id, what happened, both places, what to do
     * @param keys the keys that the call asked for
     * @param cause the cause, or null
     */
    public SelfDeadlockException(String message, Collection<AdvisoryLockKey> keys, @Nullable Throwable cause) {
        super(message, keys, cause);
    }
}
