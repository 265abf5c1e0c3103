package org.advisorylock;

/** A candidate in an election. Safe for use by several threads. */
public interface Leadership extends AutoCloseable {
    /**
     * Tells whether this candidate leads, as far as this JVM knows. Sends nothing.
     *
     * @return whether it leads
     */
    boolean isLeader();

    /**
     * The term in which this candidate leads; see {@link LeadershipListener#elected}.
     *
     * @return the term, 0 if it does not lead
     */
    long term();

    /**
     * Gives up the leadership and stands again at the end of the line. It has no effect if this candidate does not
     * lead.
     *
     * <p>{@link LeadershipListener#revoked} is called first, in a thread of its own. If
     * {@link LeadershipListener#elected} is running in the calling thread, it is called there. This method blocks until
     * {@code revoked} has returned and for some round trips, but for at most 30 seconds. The lock is released when
     * {@code revoked} has returned, whether this call still waits for it or not.
     */
    void resign();

    /**
     * Leaves the election. If this candidate leads, {@link LeadershipListener#revoked} is called first, as by
     * {@link #resign}. It blocks as {@code resign} does, but it does not wait for a listener that was being called
     * already. A second call has no effect.
     */
    @Override
    void close();
}
