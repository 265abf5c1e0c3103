package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.advisorylock.impl.faults.GuardedRow.Write;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Three JVMs stand in one election and write as leaders, while one at a time is killed, paused or cut off, and the
 * server is restarted. {@code -Dadvisorylock.soak=PT10M} sets for how long; without it for 20 seconds.
 * {@code -Dadvisorylock.heartbeat=PT2S} sets another heartbeat.
 */
@ExtendWith(Heartbeat.class)
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class ALeaderThatFailsIsReplacedIT {

    private enum LeaderFault {
        KILLED,
        PAUSED,
        CUT_OFF,
        RESTARTED
    }

    private static final Duration LENGTH = Duration.parse(System.getProperty("advisorylock.soak", "PT20S"));
    private static final List<LeaderFault> ONE_AT_A_TIME =
            List.of(LeaderFault.KILLED, LeaderFault.PAUSED, LeaderFault.CUT_OFF);
    private static final int RESTARTS = 2;

    /** The most milliseconds from the fault to the first write of the next leader. */
    private static final long BOUND_MILLIS = Heartbeat.INTERVAL.plusSeconds(1).toMillis();

    /** How long the server keeps the lock of a leader that is silent. */
    private static final long SILENCE_MILLIS =
            Heartbeat.INTERVAL.plus(Heartbeat.GRACE).toMillis();

    /**
     * Added because the test polls, and because the first call of a JVM is slow. {@link Lateness} measures what the
     * machine needs besides.
     */
    private static final long SLACK_MILLIS = 500;

    private final Random random = new Random();
    private final List<Stand> stands = new ArrayList<>();
    private final Map<String, List<Long>> times = new TreeMap<>();
    private final Set<String> faulty = new TreeSet<>();
    private final Set<String> refused = new TreeSet<>();
    private final Lateness lateness = new Lateness();
    private OwnServer server;
    private GuardedRow guarded;

    @BeforeEach
    void start() throws Exception {
        // A leader may stand still in the middle of a transaction, which keeps the row from the next one.
        server = OwnServer.start(Map.of("idle_in_transaction_session_timeout", "1s"));
        guarded = GuardedRow.create(server);
        for (String name : List.of("A", "B", "C")) {
            stands.add(Stand.of(name, server));
        }
    }

    @AfterEach
    void stop() throws Exception {
        lateness.close();
        for (Stand stand : stands) {
            stand.close();
        }
        guarded.close();
        server.close();
    }

    @Test
    void byOneWithAGreaterTermAndTheOldOneIsToldAndRefused() throws Exception {
        long begin = System.nanoTime();
        int restarts = 0;
        for (int round = 0; round < ONE_AT_A_TIME.size() || System.nanoTime() - begin < LENGTH.toNanos(); round++) {
            fail(ONE_AT_A_TIME.get(round % ONE_AT_A_TIME.size()), round);
            if (restarts < RESTARTS && System.nanoTime() - begin > LENGTH.toNanos() / (RESTARTS + 1) * restarts) {
                fail(LeaderFault.RESTARTED, round);
                restarts++;
            }
        }
        awaitAll();
        stands.forEach(this::note);
        report();
        assertThat(guarded.stepsBack())
                .as("writes with a smaller term than the one before")
                .isZero();
        assertThat(guarded.termsOfSeveralWriters())
                .as("terms that two JVMs had")
                .isZero();
        assertThat(faulty)
                .as("leaders with a fault, of whom some wrote too late")
                .containsAll(refused);
        assertThat(guarded.number("SELECT count(*) - max(write) FROM accepted"))
                .as("accepted writes that are missing in the log")
                .isZero();
    }

    private void fail(LeaderFault fault, int round) throws Exception {
        awaitAll();
        Write before = guarded.last();
        int backend = guarded.leader();
        Stand leader = stand(before.writer());
        boolean ofLeader = fault == LeaderFault.RESTARTED || round < ONE_AT_A_TIME.size() || random.nextInt(4) > 0;
        Stand victim = ofLeader ? leader : other(leader);
        lateness.reset();
        long began = System.currentTimeMillis();
        switch (fault) {
            case KILLED -> victim.jvm().kill();
            case PAUSED -> victim.jvm().pause();
            case CUT_OFF -> victim.proxy().blackhole(true);
            case RESTARTED -> {
                guarded.restart();
                began = System.currentTimeMillis();
            }
        }
        if (ofLeader) {
            awaitNext(fault, leader, before, backend, began);
        } else {
            long since = System.currentTimeMillis() + 2 * Heartbeat.INTERVAL.toMillis();
            Await.until(
                    "nobody writes although the leader is well",
                    () -> guarded.firstSince(since).term() > 0);
        }
        switch (fault) {
            case KILLED -> {
                note(victim);
                victim.startAgain();
            }
            case PAUSED -> victim.jvm().unpause();
            case CUT_OFF -> victim.proxy().blackhole(false);
            case RESTARTED -> {}
        }
        if (ofLeader && fault != LeaderFault.KILLED) {
            faulty.add(Long.toString(before.term()));
            note(fault, "told", leader.awaitRevoked(before.term()) - began);
        }
    }

    private void awaitNext(LeaderFault fault, Stand leader, Write before, int backend, long began) throws SQLException {
        long free = awaitFree(fault, before, backend);
        note(fault, "free", free - began);
        Await.until(
                "nobody writes after " + before,
                () -> guarded.firstAfter(before.term()).term() > 0);
        Write next = guarded.firstAfter(before.term());
        note(fault, "next", next.millis() - began);
        note(fault, "next since free", next.millis() - free);
        long late = lateness.millis();
        note(fault, "late", late);
        assertThat(next.millis() - began)
                .as("ms from the fault, %s, to the next leader, on a machine that is %d ms late", fault, late)
                .isLessThan(BOUND_MILLIS + SLACK_MILLIS + 3 * late);
        if (fault == LeaderFault.CUT_OFF) {
            assertThat(leader.awaitRevoked(before.term()))
                    .as("ms from the first write of the next leader to the end of the old one's term")
                    .isLessThan(next.millis() + 3 * late);
        }
    }

    /**
     * Waits until the server releases the lock. It must keep the lock as long as the leader may rely on it, and no
     * longer.
     */
    private long awaitFree(LeaderFault fault, Write before, int backend) throws SQLException {
        AtomicLong last = new AtomicLong();
        Await.until("the lock of " + before + " is not free", () -> {
            last.accumulateAndGet(guarded.silence(backend).since(), Math::max);
            return guarded.leader() != backend;
        });
        long free = guarded.silence(backend).now();
        if (fault == LeaderFault.PAUSED || fault == LeaderFault.CUT_OFF) {
            long silence = free - last.get();
            note(fault, "silence", silence);
            assertThat(silence)
                    .as("ms from the last statement of a leader that was %s to the end of its session", fault)
                    .isBetween(SILENCE_MILLIS - 2, SILENCE_MILLIS + SLACK_MILLIS + 3 * lateness.millis());
        }
        return free;
    }

    /** Waits until one JVM leads and each of the others has its place in the line. */
    private void awaitAll() {
        Await.until("not all stand again", () -> guarded.standing() == stands.size() && guarded.hasNext());
        long now = System.currentTimeMillis();
        Await.until("nobody writes", () -> guarded.firstSince(now).term() > 0);
    }

    private Stand stand(String name) {
        return stands.stream()
                .filter(stand -> stand.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Stand other(Stand leader) {
        List<Stand> others = stands.stream().filter(stand -> stand != leader).toList();
        return others.get(random.nextInt(others.size()));
    }

    private void note(LeaderFault fault, String what, long millis) {
        times.computeIfAbsent(fault + " " + what, any -> new ArrayList<>()).add(millis);
    }

    /** Notes the terms in which a write was refused. */
    private void note(Stand stand) {
        refused.addAll(stand.jvm().said("REFUSED "));
    }

    private void report() throws SQLException {
        System.out.printf(
                "Election of %s: %d writes in %d terms, of which %d were refused one after their end%n",
                LENGTH,
                guarded.number("SELECT count(*) FROM accepted"),
                guarded.number("SELECT count(DISTINCT term) FROM accepted"),
                refused.size());
        times.forEach((what, millis) -> {
            List<Long> sorted = millis.stream().sorted().toList();
            System.out.printf(
                    "%s: %d times, median %d ms, longest %d ms%n",
                    what, sorted.size(), sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1));
        });
    }
}
