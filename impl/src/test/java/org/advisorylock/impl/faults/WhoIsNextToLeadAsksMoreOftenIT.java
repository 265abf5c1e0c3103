package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.advisorylock.KeyHash;
import org.advisorylock.impl.leader.SessionElections;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.testbed.TcpProxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A leader and two others in its line. Each has a proxy of its own, which counts its messages. */
@Timeout(120)
class WhoIsNextToLeadAsksMoreOftenIT {

    private static final String ELECTION = "count";
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration LENGTH = Duration.ofSeconds(4);

    /** One who stands; its sessions have its name. */
    private static final class StandingJvm implements AutoCloseable {
        private final String name;
        private final TcpProxy proxy;
        private final GroupNode node;
        private final SessionElections elections;

        StandingJvm(String name, OwnServer server) throws IOException {
            this.name = name;
            proxy = TcpProxy.to("127.0.0.1", server.port());
            node = new GroupNode(
                    List.of("jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres?user=postgres&ApplicationName="
                            + name),
                    SessionTimeouts.forLeaders(HEARTBEAT, Heartbeat.GRACE));
            elections = new SessionElections(any -> node.async(0), KeyHash.MD5, HEARTBEAT, event -> {});
            Object unused = elections.stand(ELECTION, new SilentLeader());
        }

        @Override
        public void close() throws IOException {
            elections.close();
            node.close();
            proxy.close();
        }
    }

    @Test
    void whoIsBehindOnceASecondAndTheLeaderOncePerHeartbeat() throws Exception {
        try (OwnServer server = OwnServer.start(Map.of());
                Connection connection = server.connect();
                StandingJvm one = new StandingJvm("one", server);
                StandingJvm two = new StandingJvm("two", server);
                StandingJvm three = new StandingJvm("three", server)) {
            List<StandingJvm> all = List.of(one, two, three);
            List<String> line = List.of();
            Map<String, Long> sent = new HashMap<>();
            double seconds = 0;
            // Waits until each has its place and keeps it.
            while (line.isEmpty() || !line.equals(line(connection))) {
                Await.until("not all stand", () -> line(connection).size() == all.size());
                line = line(connection);
                Map<String, Long> before = roundTrips(all);
                long begin = System.nanoTime();
                Await.until("it does not end", () -> System.nanoTime() - begin > LENGTH.toNanos());
                sent.clear();
                roundTrips(all).forEach((name, count) -> sent.put(name, count - before.getOrDefault(name, 0L)));
                seconds = (System.nanoTime() - begin) / 1e9;
            }
            System.out.printf(
                    "In %.1f s of an election, in the order of the line %s: %s messages%n", seconds, line, sent);
            assertThat(sent.get(line.get(0)))
                    .as("messages of the leader")
                    .isLessThanOrEqualTo((long) (seconds / HEARTBEAT.toSeconds()) + 1);
            assertThat(sent.get(line.get(1)))
                    .as("messages of the next one")
                    .isBetween((long) (2 * seconds), (long) (5 * seconds) + 1);
            assertThat(sent.get(line.get(2))).as("messages of the one behind").isBetween(1L, (long) seconds + 1);
        }
    }

    private static Map<String, Long> roundTrips(List<StandingJvm> all) {
        Map<String, Long> counts = new HashMap<>();
        all.forEach(one -> counts.put(one.name, one.proxy.roundTrips()));
        return counts;
    }

    /** The holders of the leader's lock, of the first place and of the second; fewer if two of these are the same. */
    private static List<String> line(Connection connection) throws SQLException {
        Set<String> names = new LinkedHashSet<>();
        for (String place : List.of("", "@1", "@2")) {
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT application_name FROM pg_stat_activity WHERE pid = ?")) {
                statement.setInt(1, PlainSql.holder(connection, PlainSql.key(ELECTION + place)));
                try (ResultSet rows = statement.executeQuery()) {
                    if (rows.next()) {
                        names.add(rows.getString(1));
                    }
                }
            }
        }
        return List.copyOf(names);
    }
}
