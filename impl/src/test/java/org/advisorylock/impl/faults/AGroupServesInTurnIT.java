package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.testbed.Async;
import org.advisorylock.testbed.LibraryLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several applications want one lock of a group of three databases. They queue for a door key on one of them. */
@Timeout(300)
class AGroupServesInTurnIT {

    private static final String KEY = "report";

    @AutoClose
    private static Fleet fleet;

    private final List<GroupNode> nodes = new ArrayList<>();

    @BeforeAll
    static void startServers() throws Exception {
        fleet = Fleet.start();
    }

    @BeforeEach
    void startNodes() {
        for (int jvm = 0; jvm < 3; jvm++) {
            nodes.add(new GroupNode(fleet.urls()));
        }
    }

    @AfterEach
    void nothingIsLeft() {
        try {
            fleet.awaitNoLock();
        } finally {
            nodes.forEach(GroupNode::close);
        }
    }

    /** Three JVMs with ten waiters each. It is fair if each waiter is served once all others were served. */
    @Test
    void andNobodyStarves() throws Exception {
        int waiters = 30;
        // One bad round may be the machine. A waiter that starves does so in each round.
        long longest = longestWait(waiters);
        for (int again = 0; again < 2 && longest > 4L * waiters; again++) {
            longest = longestWait(waiters);
        }
        assertThat(longest).isLessThanOrEqualTo(4L * waiters);
    }

    /** How many others were served before the slowest waiter. */
    private long longestWait(int waiters) throws Exception {
        AtomicLong served = new AtomicLong();
        AtomicLong running = new AtomicLong();
        AtomicLong longest = new AtomicLong();
        long began = System.nanoTime();
        long messages = fleet.roundTrips();
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (GroupNode node : nodes) {
            for (int waiter = 0; waiter < waiters / nodes.size(); waiter++) {
                all.add(Async.run(() -> {
                    while (served.get() < 12L * waiters) {
                        long before = served.get();
                        try (LockHandle lock = node.acquire(KEY, AdvisoryLock.UNLIMITED)) {
                            assertThat(running.incrementAndGet()).isOne();
                            fleet.server(0).number("SELECT 1 FROM pg_sleep(0.005)");
                            assertThat(lock.isHeld()).isTrue();
                            longest.accumulateAndGet(served.getAndIncrement() - before, Math::max);
                            running.decrementAndGet();
                        }
                    }
                    return true;
                }));
            }
        }
        for (CompletableFuture<Boolean> one : all) {
            assertThat(one.get(200, TimeUnit.SECONDS)).isTrue();
        }
        System.out.printf(
                "Group: the longest wait was %d others, the fair share is %d; %,d locks in %,d ms with %,d messages%n",
                longest.get(),
                waiters,
                served.get(),
                (System.nanoTime() - began) / 1_000_000,
                fleet.roundTrips() - messages);
        return longest.get();
    }

    /** Holds all doors, like a JVM that is paused. */
    @Test
    void unlessTheFirstInLineStandsStillWhileTheLockIsFree() throws Exception {
        List<Connection> still = new ArrayList<>();
        try {
            for (String url : fleet.urls()) {
                still.add(standingStill(url));
            }
            List<CompletableFuture<Boolean>> all = new ArrayList<>();
            nodes.forEach(node -> all.add(Async.run(() -> {
                node.acquire(KEY, AdvisoryLock.UNLIMITED).close();
                return true;
            })));
            for (CompletableFuture<Boolean> one : all) {
                assertThat(one.get(100, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            for (Connection connection : still) {
                connection.close();
            }
        }
    }

    private static Connection standingStill(String url) throws SQLException {
        Connection connection = DriverManager.getConnection(url);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + Fleet.door(KEY) + ")");
        }
        return connection;
    }

    @ParameterizedTest
    @ValueSource(strings = {"killed", "cut off"})
    void atAnotherDoorIfTheMemberOfTheFirstOneFails(String how) throws Exception {
        boolean killed = how.equals("killed");
        LockHandle held = nodes.get(0).acquire(KEY, 60_000);
        GroupNode.awaitWhole(held);
        CompletableFuture<LockHandle> second = Async.run(() -> nodes.get(1).acquire(KEY, 100_000));
        Await.until("nobody has the door", () -> atDoors() == 1);
        int member = fleet.atDoors(0) == 1 ? 0 : fleet.atDoors(1) == 1 ? 1 : 2;
        CompletableFuture<LockHandle> third = Async.run(() -> nodes.get(2).acquire(KEY, 100_000));
        Await.until("nobody waits at the door", () -> fleet.atDoors(member) == 2);
        if (killed) {
            fleet.server(member).kill();
        } else {
            fleet.blackhole(member, true);
        }
        Await.until("they do not stand at one other door", () -> {
            long one = fleet.atDoors((member + 1) % 3);
            long other = fleet.atDoors((member + 2) % 3);
            return Math.max(one, other) == 2 && Math.min(one, other) == 0;
        });
        held.close();
        CompletableFuture.anyOf(second, third).get(100, TimeUnit.SECONDS);
        LockHandle first = second.isDone() ? second.join() : third.join();
        assertThat(second.isDone() && third.isDone()).isFalse();
        first.close();
        (first == second.getNow(null) ? third : second)
                .get(100, TimeUnit.SECONDS)
                .close();
        if (killed) {
            fleet.server(member).revive();
            Await.until("it does not grow old", () -> fleet.uptime(member) > 2 * GroupNode.HEARTBEAT.toSeconds());
        } else {
            fleet.blackhole(member, false);
        }
    }

    private static long atDoors() throws Exception {
        return fleet.atDoors(0) + fleet.atDoors(1) + fleet.atDoors(2);
    }

    @Test
    void orIsToldThatItsApplicationEndsWhichIsNoFailureOfAMember() throws Exception {
        LockHandle held = nodes.get(0).acquire(KEY, 60_000);
        CompletableFuture<LockHandle> waiting = Async.run(() -> nodes.get(1).acquire(KEY, AdvisoryLock.UNLIMITED));
        Await.until("nobody has the door", () -> atDoors() == 1);
        try (LibraryLog log = new LibraryLog()) {
            nodes.get(1).close();
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> waiting.get(60, TimeUnit.SECONDS))
                    .withCauseInstanceOf(LockGuardException.class)
                    .withMessageContaining("ADVLOCK-0120");
            assertThat(log.messages()).noneMatch(message -> message.startsWith("ADVLOCK-0508"));
        }
        held.close();
    }

    @Test
    void andWhoGivesUpIsToldByWhomItIsHeldAndLeavesTheLine() throws Exception {
        LockHandle held = nodes.get(0).acquire(KEY, 60_000);
        GroupNode.awaitWhole(held);
        CompletableFuture<LockHandle> first = Async.run(() -> nodes.get(1).acquire(KEY, 60_000));
        Await.until("nobody has the door", () -> atDoors() == 1);
        assertThatExceptionOfType(LockTimeoutException.class)
                .isThrownBy(() -> nodes.get(2).acquire(KEY, 500))
                .satisfies(e -> assertThat(e.holders()).isNotEmpty());
        assertThat(atDoors()).isOne();
        CompletableFuture<Thread> waiter = new CompletableFuture<>();
        CompletableFuture<LockHandle> interrupted = Async.run(() -> {
            waiter.complete(Thread.currentThread());
            return nodes.get(2).acquire(KEY, 60_000);
        });
        Await.until("nobody waits at the door", () -> atDoors() == 2);
        waiter.get().interrupt();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> interrupted.get(60, TimeUnit.SECONDS))
                .withCauseInstanceOf(AdvisoryLockException.class)
                .withMessageContaining("ADVLOCK-0");
        assertThat(atDoors()).isOne();
        held.close();
        LockHandle next = first.get(60, TimeUnit.SECONDS);
        assertThat(next.isHeld()).isTrue();
        next.close();
    }
}
