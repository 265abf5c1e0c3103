package org.advisorylock;

/** One who stands in an election. Safe for use by several threads. */
public interface Leadership extends AutoCloseable {
    /**
     * Tells whether it leads, as far as this JVM knows. Sends nothing.
     *
     * @return whether it leads
     */
    boolean isLeader();

    /**
     * The term in which it leads; see {@link LeadershipListener#elected}.
     *
     * @return the term, 0 if it does not lead
     */
    long term();

    /**
     * Lets the leadership go and stands again at the end of the line. {@link LeadershipListener#revoked} is called first, in a thread of its own, or in this one if
     * {@link LeadershipListener#elected} is running in it. Blocks until that has returned and for some round trips, for 30 seconds at most: the lock is let go when it has
     * returned, whether this call waits for it or not. Without effect if it does not lead.
     */
    void resign();

    /**
     * Leaves the election; if it leads, {@link LeadershipListener#revoked} is called first, as by {@link #resign}. Blocks as that does, but does not wait for a listener that was
     * being told already. Harmless if it was closed before.
     */
    @Override
    void close();
}
