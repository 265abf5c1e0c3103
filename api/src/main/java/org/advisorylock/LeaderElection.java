package org.advisorylock;

/**
 * Elects one leader among all who stand in an election, on any number of servers that share one database. The leader holds a session lock, and
 * whoever stands behind it holds a place in the line, so that the next one is who came first. For work that runs for weeks: nobody holds a transaction open, a
 * leader sends one small message per heartbeat ({@code advisorylock.session.heartbeat}, 5 seconds if it is not set), the next in line tries five times per second, and
 * each one behind it once. One thread does that for all elections of a JVM.
 *
 * <p>Whatever ends a leader, the next one is elected within a heartbeat and a second (PostgreSQL 14 and newer): a leader of which the server has heard nothing for heartbeat
 * and {@code advisorylock.election.grace} (half a second if it is not set) leads no more.
 *
 * <p>A CDI bean, safe for use by several threads. On the database of the {@linkplain SessionLocks session locks}, and with connections from the same DataSource: all elections
 * of a JVM share one, which is not that of its locks. The leader's lock is the key of the election's name, so {@link SessionLocks} and psql see who leads; the places are the keys
 * {@code name@1}, {@code name@2} and so on.
 *
 * <p>Changes are told to the listener, and to CDI observers as {@link LeadershipEvent}s.
 */
public interface LeaderElection {
    /**
     * Stands in an election until the returned object is closed: through lost connections and restarts of the database it stands again. Returns at once;
     * if nobody leads, the election follows within moments.
     *
     * @param election its name, by which all who stand in it know each other; not empty
     * @param listener is told of each change
     * @return how it stands
     * @throws LockGuardException if there is no such DataSource, or the application has ended
     * @throws LockKeyException if the name is empty, or not of the configured hash's form
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
