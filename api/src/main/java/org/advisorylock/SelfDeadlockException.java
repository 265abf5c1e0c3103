package org.advisorylock;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A transaction asked for a key that a suspended transaction of the same thread holds, as a {@code REQUIRES_NEW} method does that is
 * called under the lock. It would wait for ever: the holder goes on only when this call returns, and PostgreSQL cannot see that. Thrown
 * at once, without a round trip; the message names both places.
 *
 * <p>Or it asked for a key that it holds itself, by another DataSource of the same database and so in another session.
 */
public class SelfDeadlockException extends AdvisoryLockException {

    private static final long serialVersionUID = 1;

    /**
     * Makes an exception.
     *
     * @param message id, what happened, both places, what to do
     * @param keys the keys that were asked for
     * @param cause the cause, or null
     */
    public SelfDeadlockException(String message, Collection<AdvisoryLockKey> keys, @Nullable Throwable cause) {
        super(message, keys, cause);
    }
}
