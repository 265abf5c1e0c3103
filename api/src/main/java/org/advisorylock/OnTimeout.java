package org.advisorylock;

/** What a call of an {@link AdvisoryLock} method does when its lock is not granted in time. */
public enum OnTimeout {
    /** The caller gets a {@link LockTimeoutException}. */
    THROW,

    /**
     * The method is not called. The caller gets {@code null}, {@code false} or an empty {@code Optional}, depending on
     * the method's return type. The transaction goes on and stays usable. If the method returns another primitive, the
     * deployment fails: a zero would look like an answer.
     */
    SKIP
}
