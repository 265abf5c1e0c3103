package org.advisorylock;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A session lock ended before its holder released it: its connection was cut, or its backend or its server ended.
 * Others may have held the key since then. Only the guarded resource can tell whether their work and this holder's came
 * together, by the {@linkplain LockHandle#fencingToken() fencing token}.
 */
public class LockLostException extends AdvisoryLockException {

    private static final long serialVersionUID = 1;

    /**
     * Makes an exception.
     *
     * @param message id, what happened, numbers, what to do
     * @param keys the keys that were held
     * @param cause the cause, or null
     */
    public LockLostException(String message, Collection<AdvisoryLockKey> keys, @Nullable Throwable cause) {
        super(message, keys, cause);
    }
}
