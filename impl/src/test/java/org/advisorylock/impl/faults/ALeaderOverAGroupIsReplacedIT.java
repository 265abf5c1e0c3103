package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.advisorylock.testbed.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two JVMs stand in an election on three databases, each through proxies of its own. The leader is killed, paused, or
 * cut off from all of them. {@code -Dadvisorylock.election.rounds=10} sets how often; without it once.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ALeaderOverAGroupIsReplacedIT {

    private enum GroupFault {
        KILLED,
        PAUSED,
        CUT_OFF
    }

    private static final int ROUNDS = Integer.getInteger("advisorylock.election.rounds", 1);

    /**
     * The most milliseconds from the fault to the election of the next leader, and the time limits as in
     * {@link ALeaderThatFailsIsReplacedIT}.
     */
    private static final long BOUND_MILLIS =
            Heartbeat.INTERVAL.plusSeconds(1).plusMillis(500).toMillis();

    /** A change of leaders, as a JVM reported it. */
    private record Told(long term, long millis) {
        static Told of(String line) {
            int at = line.indexOf(" AT ");
            return new Told(Long.parseLong(line.substring(0, at)), Long.parseLong(line.substring(at + 4)));
        }
    }

    /** A JVM that stands, with a proxy in front of each database. */
    private static final class GroupCandidate implements AutoCloseable {
        private final List<TcpProxy> proxies = new ArrayList<>();
        private final List<Object> arguments = new ArrayList<>(List.of("lead"));
        private SecondJvm jvm;

        GroupCandidate(Fleet fleet) throws IOException {
            for (int member = 0; member < Fleet.SIZE; member++) {
                TcpProxy proxy = TcpProxy.to("127.0.0.1", fleet.server(member).port());
                proxies.add(proxy);
                arguments.add("jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres?user=postgres&loginTimeout=5");
            }
            startAgain();
        }

        void startAgain() throws IOException {
            jvm = SecondJvm.start(arguments.toArray());
            jvm.await("READY");
        }

        void blackhole(boolean on) {
            proxies.forEach(proxy -> proxy.blackhole(on));
        }

        Told last(String what) {
            List<String> said = jvm.said(what);
            return said.isEmpty() ? new Told(0, 0) : Told.of(said.get(said.size() - 1));
        }

        boolean leads() {
            return last("ELECTED ").term() > last("REVOKED ").term();
        }

        @Override
        public void close() throws IOException {
            jvm.close();
            for (TcpProxy proxy : proxies) {
                proxy.close();
            }
        }
    }

    private final Lateness lateness = new Lateness();
    private final List<GroupCandidate> candidates = new ArrayList<>();
    private Fleet fleet;

    @BeforeEach
    void start() throws Exception {
        fleet = Fleet.start();
        candidates.add(new GroupCandidate(fleet));
        candidates.add(new GroupCandidate(fleet));
    }

    @AfterEach
    void stop() throws Exception {
        for (GroupCandidate candidate : candidates) {
            candidate.close();
        }
        fleet.close();
        lateness.close();
    }

    @Test
    void withinAHeartbeatAndASecond() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            for (GroupFault fault : GroupFault.values()) {
                fail(fault);
            }
        }
    }

    private void fail(GroupFault fault) throws Exception {
        Await.until(
                "nobody leads",
                () -> candidates.get(0).leads() != candidates.get(1).leads());
        // The leader's lock and the other one's place in the line.
        for (int member = 0; member < Fleet.SIZE; member++) {
            fleet.awaitLocks(member, 2);
        }
        GroupCandidate leader = candidates.get(candidates.get(0).leads() ? 0 : 1);
        GroupCandidate other = candidates.get(candidates.get(0).leads() ? 1 : 0);
        Told before = leader.last("ELECTED ");
        lateness.reset();
        long began = System.currentTimeMillis();
        switch (fault) {
            case KILLED -> leader.jvm.kill();
            case PAUSED -> leader.jvm.pause();
            case CUT_OFF -> leader.blackhole(true);
        }
        Await.until("nobody else leads", other::leads);
        Told next = other.last("ELECTED ");
        long late = 3 * lateness.millis();
        System.out.printf("Group: %s, next leader after %d ms%n", fault, next.millis() - began);
        assertThat(next.term()).as("the next term").isGreaterThan(before.term());
        assertThat(next.millis() - began)
                .as("ms from the fault, %s, to the next leader", fault)
                .isLessThan(BOUND_MILLIS + late);
        switch (fault) {
            case KILLED -> leader.startAgain();
            case PAUSED -> leader.jvm.unpause();
            case CUT_OFF -> {
                Await.until("the old leader is not told", () -> !leader.leads());
                assertThat(leader.last("REVOKED "))
                        .as("when the old leader's term ended, against the election of the next one")
                        .matches(told -> told.term() == before.term() && told.millis() < next.millis() + late);
                leader.blackhole(false);
            }
        }
    }
}
