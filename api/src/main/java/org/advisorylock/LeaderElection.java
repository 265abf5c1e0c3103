package org.advisorylock;

/**
 * Elects one leader among all candidates that stand in an election, on any number of servers that share one database.
 * The leader holds a session lock. Each other candidate holds a place in the line, so the one that came first is next.
 *
 * <p>It is meant for work that runs for weeks. Nobody holds a transaction open. A leader sends one small message per
 * heartbeat ({@code advisorylock.session.heartbeat}, 5 seconds by default), the next candidate tries five times per
 * second, and each one behind it tries once per second. One thread does that for all elections of a JVM.
 *
 * <p>Whatever ends a leader, the next one is elected within a heartbeat and a second (PostgreSQL 14 and newer). If the
 * server has heard nothing from a leader for a heartbeat and {@code advisorylock.election.grace} (half a second by
 * default), that one leads no more.
 *
 * <p>A CDI bean, safe for use by several threads. It uses the database and the DataSource of the
 * {@linkplain SessionLocks session locks}. All elections of a JVM share one connection, which is not that of its locks.
 * The leader's lock is the key of the election's name, so {@link SessionLocks} and psql see who leads. The places are
 * the keys {@code name@1}, {@code name@2} and so on.
 *
 * <p>The listener is called for each change, and CDI observers get {@link LeadershipEvent}s.
 */
public interface LeaderElection {
    /**
     * Stands in an election until the returned object is closed. After lost connections and restarts of the database it
     * stands again by itself. Returns at once; if nobody leads, the election follows within moments.
     *
     * @param election the name of the election, not empty; all who stand in it use the same name
     * @param listener is called for each change
     * @return the candidate's own view of the election
     * @throws LockGuardException if there is no such DataSource, or the application has ended
     * @throws LockKeyException if the name is empty, or does not fit the configured hash
     */
    Leadership stand(String election, LeadershipListener listener);

    /**
     * The same elections on another DataSource.
     *
     * @param dataSource JNDI name or configured name, see {@link AdvisoryLock#dataSource}
     * @return elections in that database
     */
    LeaderElection on(String dataSource);
}
