package org.advisorylock.impl.faults;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.testbed.TcpProxy;

/** Three independent servers, each behind a proxy of its own. */
final class Fleet implements AutoCloseable {

    static final int SIZE = 3;

    /** Locks that somebody asked for, without those by which applications see each other. */
    static final String LOCKS =
            "FROM pg_locks WHERE locktype = 'advisory' AND NOT (objsubid = 2 AND classid = " + group() + ")";

    private static int group() {
        return (int) AdvisoryLockKey.of("group fleet", KeyHash.SHA_256).number() & ((1 << 29) - 1);
    }

    private final List<OwnServer> servers = new ArrayList<>();
    private final List<TcpProxy> proxies = new ArrayList<>();

    static Fleet start() throws IOException {
        Fleet fleet = new Fleet();
        try {
            for (int member = 0; member < SIZE; member++) {
                OwnServer server = OwnServer.start(Map.of());
                fleet.servers.add(server);
                fleet.proxies.add(TcpProxy.to("127.0.0.1", server.port()));
            }
            for (OwnServer server : fleet.servers) {
                Await.until("it does not grow old", () -> uptime(server) > 2 * GroupNode.HEARTBEAT.toSeconds());
            }
            return fleet;
        } catch (IOException e) {
            fleet.close();
            throw e;
        }
    }

    private static long uptime(OwnServer server) throws SQLException {
        return server.number("SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::bigint");
    }

    /** How many seconds ago a member was started. */
    long uptime(int member) throws SQLException {
        return uptime(server(member));
    }

    OwnServer server(int member) {
        return servers.get(member);
    }

    /** The URL of a member through its proxy. */
    String url(int member) {
        return "jdbc:postgresql://127.0.0.1:" + proxies.get(member).port() + "/postgres?user=postgres&loginTimeout=5";
    }

    /** The same for another user. */
    String url(int member, String user) {
        return url(member).replace("user=postgres", "user=" + user);
    }

    /** Moves the name of a member to another server. Open connections stay where they are. */
    void move(int member, OwnServer to) {
        proxies.get(member).leadTo(to.port());
    }

    List<String> urls(String user) {
        return List.of(url(0, user), url(1, user), url(2, user));
    }

    List<String> urls() {
        return List.of(url(0), url(1), url(2));
    }

    void blackhole(int member, boolean on) {
        proxies.get(member).blackhole(on);
    }

    void cut(int member) {
        proxies.get(member).cut();
    }

    /** How many messages all applications have sent to all members. */
    long roundTrips() {
        return proxies.stream().mapToLong(TcpProxy::roundTrips).sum();
    }

    /** How many locks a member's database has. */
    long locks(int member) throws Exception {
        return server(member).number("SELECT count(*) " + LOCKS);
    }

    /** Waits until no member has a lock or an entry of an application. */
    void awaitNoLock() {
        for (OwnServer server : servers) {
            Await.until(
                    "there are locks still",
                    () -> server.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0);
        }
    }

    /** Waits until a member has so many locks. */
    void awaitLocks(int member, long count) {
        Await.until("member " + member + " has not " + count + " locks", () -> locks(member) == count);
    }

    /** How many requests hold the door of a key of the group on a member, or wait for it. */
    long atDoors(int member) throws Exception {
        return server(member)
                .number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock'"
                        + " AND objsubid = 2 AND classid = " + group());
    }

    /** The door of a key of the group: the two numbers of its SQL functions. */
    static String door(String key) {
        long text = AdvisoryLockKey.of(AdvisoryLockKey.of(key, KeyHash.MD5).toString(), KeyHash.SHA_256)
                .number();
        return group() + ", " + ((6 << 29) | ((int) text & ((1 << 29) - 1)));
    }

    /** The backend that holds a lock there; 0 if none does. */
    long holder(int member) throws Exception {
        return server(member).number("SELECT coalesce(max(pid), 0) " + LOCKS);
    }

    /** Ends the sessions of all who hold locks there. */
    void endHolders(int member) throws Exception {
        server(member).number("SELECT count(pg_terminate_backend(pid)) " + LOCKS);
    }

    @Override
    public void close() throws IOException {
        for (TcpProxy proxy : proxies) {
            proxy.close();
        }
        for (OwnServer server : servers) {
            server.close();
        }
    }
}
