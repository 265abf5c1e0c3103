package org.advisorylock.impl.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockHandle;
import org.advisorylock.LockMode;
import org.advisorylock.SessionLocks;
import org.advisorylock.impl.event.LockEvents;
import org.advisorylock.impl.group.Group;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.impl.session.AsyncLocks;
import org.advisorylock.impl.session.ElectionLocks;
import org.advisorylock.impl.session.JdbcSessionLocks;
import org.advisorylock.impl.session.SessionLocker;
import org.advisorylock.impl.session.Source;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One application's session locks on a group of databases, without a container; several in one JVM know nothing of each
 * other.
 */
final class GroupNode implements AutoCloseable {

    static final Duration HEARTBEAT = Duration.ofSeconds(2);

    private final SessionLocker locker;
    private final SessionLocks locks;
    private final Source group;
    private final List<SessionLocks> members = new ArrayList<>();
    private final List<AsyncLocks> asyncMembers = new ArrayList<>();
    private final AsyncLocks async;

    GroupNode(List<String> urls) {
        this(urls, HEARTBEAT);
    }

    GroupNode(List<String> urls, Duration heartbeat) {
        this(urls, SessionTimeouts.forLocks(heartbeat));
    }

    GroupNode(List<String> urls, SessionTimeouts timeouts) {
        this(timeouts, urls.stream().map(GroupNode::dataSource).toList());
    }

    GroupNode(Duration heartbeat, List<DataSource> members) {
        this(SessionTimeouts.forLocks(heartbeat), members);
    }

    /** @param former the former members, some of which may still be members */
    GroupNode(List<String> urls, List<String> former) {
        this(
                SessionTimeouts.forLocks(HEARTBEAT),
                Stream.concat(urls.stream(), former.stream())
                        .distinct()
                        .map(GroupNode::dataSource)
                        .toList(),
                urls.size(),
                (int) former.stream().filter(urls::contains).count());
    }

    private GroupNode(SessionTimeouts timeouts, List<DataSource> members) {
        this(timeouts, members, members.size(), members.size());
    }

    /**
     * @param all the members first, then those that are former members only
     * @param now how many of them are members
     * @param common how many of the members were members before: the first ones
     */
    private GroupNode(SessionTimeouts timeouts, List<DataSource> all, int now, int common) {
        locker = new SessionLocker(timeouts, (database, request) -> null, Group::new);
        List<Source.One> sources = new ArrayList<>();
        for (DataSource dataSource : all) {
            String name = String.valueOf((char) ('a' + sources.size()));
            sources.add(new Source.One(new LockDatabase(name, dataSource), true));
        }
        List<Source.One> former = new ArrayList<>(sources.subList(0, common));
        former.addAll(sources.subList(now, sources.size()));
        group = new Source.Several(
                "fleet", sources.subList(0, now), former.size() == now && common == now ? List.of() : former);
        locks = new JdbcSessionLocks(locker, any -> group, KeyHash.MD5, 1000, LockEvents.UNHEARD, "fleet");
        sources.forEach(one -> this.members.add(
                new JdbcSessionLocks(locker, any -> one, KeyHash.MD5, 1000, LockEvents.UNHEARD, "one")));
        async = ElectionLocks.of(locker, group, KeyHash.MD5);
        sources.forEach(one -> asyncMembers.add(ElectionLocks.of(locker, one, KeyHash.MD5)));
    }

    static DataSource dataSource(String url) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(url);
        return dataSource;
    }

    /** Takes a lock of the group, or throws what an annotated method would. */
    LockHandle acquire(String key, long waitMillis) {
        List<AdvisoryLockKey> keys = List.of(AdvisoryLockKey.of(key, KeyHash.MD5));
        return locker.acquire(
                group, Claim.of(keys, LockMode.EXCLUSIVE, waitMillis).forSession(), "Node", null);
    }

    /** Waits until all members have granted a lock, not only the first majority. */
    static void awaitWhole(LockHandle handle) {
        Await.until("it is not on all members", () -> handle.toString().contains("on 3 of 3 databases"));
    }

    SessionLocks locks() {
        return locks;
    }

    /** The locks of one member alone. */
    SessionLocks member(int member) {
        return members.get(member);
    }

    /** Whether nothing is open. */
    boolean isIdle() {
        return locker.isIdle();
    }

    /** For elections. */
    AsyncLocks async() {
        return async;
    }

    /** For elections on one member alone. */
    AsyncLocks async(int member) {
        return asyncMembers.get(member);
    }

    @Override
    public void close() {
        locker.close();
    }
}
