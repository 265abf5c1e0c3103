package org.advisorylock;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A lock was not granted in time. Nothing of the request stays: none of its keys is held, {@code lock_timeout} is what
 * it was, and PostgreSQL's transaction is usable. If the exception leaves a {@code @Transactional} method, that marks
 * the JTA transaction for rollback, as every unchecked exception does.
 */
public class LockTimeoutException extends AdvisoryLockException {

    private static final long serialVersionUID = 1;

    /** How long the request waited. */
    private final Duration waited;

    /** Who held one of the keys. */
    private final LockInfo[] holders;

    /**
     * Makes an exception.
     *
     * @param message id, what happened, numbers, what to do
     * @param keys the keys that the call asked for
     * @param waited how long the call waited
     * @param holders who held one of the keys, as far as the library could read that
     * @param cause the cause, or null
     */
    public LockTimeoutException(
            String message,
            Collection<AdvisoryLockKey> keys,
            Duration waited,
            Collection<LockInfo> holders,
            @Nullable Throwable cause) {
        super(message, keys, cause);
        this.waited = waited;
        this.holders = holders.toArray(new LockInfo[0]);
    }

    /**
     * How long the request waited.
     *
     * @return zero for a request that tried once
     */
    public Duration waited() {
        return waited;
    }

    /**
     * Who held one of the keys when the wait ended.
     *
     * @return the holders; empty if they released it in the meantime, or could not be read
     */
    public List<LockInfo> holders() {
        return List.of(holders);
    }
}
