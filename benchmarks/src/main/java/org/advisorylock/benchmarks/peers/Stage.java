package org.advisorylock.benchmarks.peers;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.advisorylock.testbed.TcpProxy;
import org.advisorylock.testbed.TestDatabase;

/** The servers that the ways need, and the tables in the database. */
final class Stage implements AutoCloseable {

    private static final String CREATE =
            """
            DROP TABLE IF EXISTS peers_account, peers_lock, shedlock, int_lock;
            CREATE TABLE peers_account (id int PRIMARY KEY, balance int NOT NULL);
            INSERT INTO peers_account SELECT i, 1000000000 FROM generate_series(0, 10000) i;
            CREATE TABLE peers_lock (id int PRIMARY KEY);
            CREATE TABLE shedlock (name varchar(64) PRIMARY KEY, lock_until timestamp NOT NULL,
                                   locked_at timestamp NOT NULL, locked_by varchar(255) NOT NULL);
            CREATE TABLE int_lock (lock_key char(36) NOT NULL, region varchar(100) NOT NULL, client_id char(36),
                                   created_date timestamp NOT NULL, expired_after timestamp NOT NULL,
                                   CONSTRAINT int_lock_pk PRIMARY KEY (lock_key, region));
            ANALYZE peers_account
            """;
    private static final String DROP = "DROP TABLE peers_account, peers_lock, shedlock, int_lock";

    private final Closing closing = new Closing();
    private final List<TcpProxy> proxies = new ArrayList<>();
    private final List<Long> processes = new ArrayList<>();
    private final Places direct;
    private final Places proxied;

    Stage() throws Exception {
        execute(CREATE);
        OptionalInt redis = OptionalInt.empty();
        Optional<Redis> started = Redis.start();
        if (started.isPresent()) {
            closing.add(started.get());
            processes.add(started.get().pid());
            redis = OptionalInt.of(started.get().port());
        }
        ChildProcess zooKeeper = ChildProcess.java(ZooKeeper.class, Map.of(), List.of());
        closing.add(zooKeeper);
        processes.add(zooKeeper.pid());
        int port = Integer.parseInt(zooKeeper.answer());
        direct = new Places(TestDatabase.get().jdbcUrl(), redis, OptionalInt.of(port));
        TcpProxy database = proxy(TestDatabase.get().host(), TestDatabase.get().port());
        OptionalInt redisProxy = redis.isPresent()
                ? OptionalInt.of(proxy("127.0.0.1", redis.getAsInt()).port())
                : redis;
        proxied = new Places(
                database.jdbcUrl(),
                redisProxy,
                OptionalInt.of(proxy("127.0.0.1", port).port()));
    }

    private TcpProxy proxy(String host, int port) throws IOException {
        TcpProxy proxy = TcpProxy.to(host, port);
        proxies.add(proxy);
        closing.add(proxy);
        return proxy;
    }

    static void execute(String sql) throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    Places direct() {
        return direct;
    }

    /** The same places behind proxies that count, and that can delay. */
    Places proxied() {
        return proxied;
    }

    /** Of all proxies together. */
    long roundTrips() {
        return proxies.stream().mapToLong(TcpProxy::roundTrips).sum();
    }

    /** How long a round trip through a proxy takes at least. */
    void delay(Duration roundTrip) {
        proxies.forEach(proxy -> proxy.delay(roundTrip.dividedBy(2)));
    }

    /** Those besides PostgreSQL's. */
    List<Long> processes() {
        return List.copyOf(processes);
    }

    @Override
    public void close() throws SQLException {
        closing.close();
        execute(DROP);
    }
}
