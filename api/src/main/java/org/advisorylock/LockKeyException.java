package org.advisorylock;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call's arguments give no key, or more keys than are allowed. A value is null, empty, too long, or of a type whose
 * equal values can print differently. Nothing was sent to the database.
 */
public class LockKeyException extends AdvisoryLockException {

    private static final long serialVersionUID = 1;

    /**
     * Makes an exception.
     *
     * @param message id, what happened, what to do
     */
    public LockKeyException(String message) {
        this(message, null);
    }

    /**
     * Makes an exception.
     *
     * @param message id, what happened, what to do
     * @param cause the cause, or null
     */
    public LockKeyException(String message, @Nullable Throwable cause) {
        super(message, List.of(), cause);
    }
}
