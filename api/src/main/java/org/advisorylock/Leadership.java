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
     * Lets the leadership go and stands again at the end of the line. {@link LeadershipListener#revoked} is called first. Blocks for some round trips; without
     * effect if it does not lead.
     */
    void resign();

    /** Leaves the election; if it leads, {@link LeadershipListener#revoked} is called first. Blocks for a round trip. Harmless if it was closed before. */
    @Override
    void close();
}
