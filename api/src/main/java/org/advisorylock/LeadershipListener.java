package org.advisorylock;

/**
 * Is called when a candidate leads, and when it no longer leads. Each call runs in a thread for that alone, so nobody
 * else waits for it. Exceptions are logged.
 */
public interface LeadershipListener {
    /**
     * This candidate has been elected. It runs in a thread of its own and may do the leader's work there; then
     * {@link #revoked} must make it end.
     *
     * @param term the {@linkplain LockHandle#fencingToken() fencing token} of this leadership, greater than that of
     *     each earlier one. Send it with each write, so that the guarded resource can refuse a leader that does not
     *     know of its loss yet. After a failover to a standby that had not received the last terms it may be equal to
     *     one of them, or smaller
     */
    void elected(long term);

    /**
     * This candidate no longer leads: it resigned, was closed, or has lost its lock. It may be called while
     * {@link #elected} is running, and must be short.
     *
     * <p>After a resignation or a close the lock is released when this method has returned. After a loss it is called
     * within heartbeat and {@code advisorylock.election.grace}, and before the server gives the lock away if that is
     * possible. Others lead meanwhile, and this candidate does not stand again before this method has returned.
     *
     * @param term the term that has ended
     */
    void revoked(long term);
}
