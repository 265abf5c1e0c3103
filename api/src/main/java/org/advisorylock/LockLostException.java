package org.advisorylock;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A session lock ended before its holder let it go: its connection was cut, its backend or its server ended. Others may have held the key
 * since. Whether work that was done meanwhile met theirs only the guarded resource can tell, by the
 * {@linkplain LockHandle#fencingToken() fencing token}.
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
