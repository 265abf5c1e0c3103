package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.advisorylock.LeadershipListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Twenty applications stand in fifty elections, and each is replaced by a new one, one after the other, as a rolling
 * deployment does. {@code -Dadvisorylock.deployments=5} sets how often all are; without it once.
 */
@Timeout(600)
class ARollingDeploymentElectsIT {

    private static final int APPLICATIONS = 20;
    private static final int ELECTIONS = 50;
    private static final int DEPLOYMENTS = Integer.getInteger("advisorylock.deployments", 1);
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /** Between two leaders. */
    private static final Duration MOST_GAP = HEARTBEAT.plusSeconds(1);

    /** What all candidates of an election are told. All are in one JVM, so one clock times them. */
    private static final class ElectionChronicle {
        private final AtomicReference<Object> leader = new AtomicReference<>();
        private final AtomicLong lastTerm = new AtomicLong();
        private final AtomicLong vacantSince = new AtomicLong();
        private final AtomicLong longestGap = new AtomicLong();
        private final AtomicLong terms = new AtomicLong();
        private final List<String> wrong;

        ElectionChronicle(List<String> wrong) {
            this.wrong = wrong;
        }

        LeadershipListener of(Object who) {
            return new LeadershipListener() {
                @Override
                public void elected(long term) {
                    long since = vacantSince.get();
                    if (!leader.compareAndSet(null, who)) {
                        note("two lead in term " + term);
                    }
                    if (lastTerm.getAndSet(term) >= term) {
                        note("term " + term + " is no greater than the one before");
                    }
                    if (terms.getAndIncrement() > 0) {
                        longestGap.accumulateAndGet(System.nanoTime() - since, Math::max);
                    }
                }

                @Override
                public void revoked(long term) {
                    vacantSince.set(System.nanoTime());
                    if (!leader.compareAndSet(who, null)) {
                        note("the end of term " + term + " is told to who does not lead");
                    }
                }
            };
        }

        private void note(String what) {
            synchronized (wrong) {
                wrong.add(what);
            }
        }
    }

    private final List<String> wrong = new ArrayList<>();
    private final List<ElectionChronicle> chronicles = new ArrayList<>();
    private final Deque<Electorate> running = new ArrayDeque<>();

    @Test
    void oneLeaderAfterTheOtherInEachElection() throws Exception {
        // One slow round may be the machine. A hand-over that is too slow is slow in each round.
        Duration longest = deploy();
        for (int again = 0; again < 2 && longest.compareTo(MOST_GAP) > 0; again++) {
            longest = deploy();
        }
        assertThat(longest).as("the longest time without a leader").isLessThanOrEqualTo(MOST_GAP);
    }

    /** Returns the longest time between two leaders. */
    private Duration deploy() throws Exception {
        chronicles.clear();
        running.clear();
        for (int election = 0; election < ELECTIONS; election++) {
            chronicles.add(new ElectionChronicle(wrong));
        }
        try (OwnServer server = OwnServer.start(Map.of("max_connections", "200"))) {
            try {
                for (int application = 0; application < APPLICATIONS; application++) {
                    running.add(start(server));
                }
                awaitAll(server);
                for (int change = 0; change < DEPLOYMENTS * APPLICATIONS; change++) {
                    running.add(start(server));
                    running.remove().close();
                }
                awaitAll(server);
                // If nobody leads an election at the end, it has no last gap to measure.
                for (ElectionChronicle one : chronicles) {
                    Await.until("an election is left without a leader", () -> one.leader.get() != null);
                }
            } finally {
                for (Electorate application : running) {
                    application.close();
                }
            }
        }
        long longest =
                chronicles.stream().mapToLong(one -> one.longestGap.get()).max().orElseThrow();
        long terms = chronicles.stream().mapToLong(one -> one.terms.get()).sum();
        System.out.printf(
                "%d applications replaced in %d elections: %d terms, at most %d ms between two of them%n",
                DEPLOYMENTS * APPLICATIONS, ELECTIONS, terms, longest / 1_000_000);
        assertThat(wrong).as("what went wrong").isEmpty();
        assertThat(chronicles).as("leaders who were replaced").allMatch(one -> one.terms.get() > DEPLOYMENTS);
        return Duration.ofNanos(longest);
    }

    private Electorate start(OwnServer server) throws Exception {
        Electorate application = new Electorate("rolling", server, HEARTBEAT);
        for (int election = 0; election < ELECTIONS; election++) {
            Object unused = application.stand(
                    "rolling" + election, chronicles.get(election).of(application));
        }
        return application;
    }

    /** Waits until each election has its candidates in place. */
    private static void awaitAll(OwnServer server) {
        Await.until(
                "not all stand",
                Duration.ofMinutes(3),
                () -> server.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
                        == (long) APPLICATIONS * ELECTIONS);
    }
}
