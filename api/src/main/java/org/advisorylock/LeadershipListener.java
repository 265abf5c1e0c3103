package org.advisorylock;

/** Is told when it leads and when it does not any more, each time in a thread for that alone, so that nobody else waits for it. What its methods throw is logged. */
public interface LeadershipListener {
    /**
     * Has been elected. Runs in a thread of its own, and may do the leader's work there: then {@link #revoked} must make it end.
     *
     * @param term the {@linkplain LockHandle#fencingToken() fencing token} of this leadership, greater than that of each one before; to be sent
     *     with each write, so that the guarded resource can refuse a leader that does not know yet that it is none
     *     (after a failover to a standby that had not received the last terms it may be one of those, or smaller)
     */
    void elected(long term);

    /**
     * Leads no more: it resigned, was closed, or has lost its lock. On resigning and closing the lock is let go when this has returned; after a loss before the server gives it
     * away, where that is possible, and within heartbeat and {@code advisorylock.election.grace}. Then it does not stand again before this has returned, and others lead meanwhile.
     * May be called while {@link #elected} is running; must be short.
     *
     * @param term the term that has ended
     */
    void revoked(long term);
}
