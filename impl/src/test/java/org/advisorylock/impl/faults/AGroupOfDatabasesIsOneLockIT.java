package org.advisorylock.impl.faults;

import static org.advisorylock.impl.Requests.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.advisorylock.LockLostException;
import org.advisorylock.LockRequest;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three servers that know nothing of each other, two applications. */
@Timeout(180)
class AGroupOfDatabasesIsOneLockIT {

    private static final String KEY = "report";

    @AutoClose
    private static Fleet fleet;

    private GroupNode one;
    private GroupNode other;

    @BeforeAll
    static void startServers() throws Exception {
        fleet = Fleet.start();
    }

    @BeforeEach
    void startNodes() {
        one = new GroupNode(fleet.urls());
        other = new GroupNode(fleet.urls());
    }

    @AfterEach
    void nothingIsLeft() {
        try {
            fleet.awaitNoLock();
        } finally {
            fleet.blackhole(0, false);
            fleet.blackhole(1, false);
            one.close();
            other.close();
        }
    }

    @Test
    void onEachMemberAndForAllWhoAsk() {
        try (LockHandle handle = one.locks().acquire(KEY)) {
            assertThat(handle.isHeld()).isTrue();
            for (int member = 0; member < Fleet.SIZE; member++) {
                fleet.awaitLocks(member, 1);
                assertThat(other.member(member).tryAcquire(KEY, Duration.ZERO)).isEmpty();
            }
            assertThat(other.locks().tryAcquire(KEY, Duration.ZERO)).isEmpty();
            assertThat(BankApplication.async(() -> one.locks().tryAcquire(KEY, Duration.ofMillis(200)))
                            .join())
                    .isEmpty();
        }
        fleet.awaitNoLock();
        other.locks().tryAcquire(KEY, Duration.ofSeconds(30)).orElseThrow().close();
    }

    @Test
    void reentrantSharedAndOfSeveralKeys() {
        List<AdvisoryLockKey> keys = List.of(AdvisoryLockKey.of(1), AdvisoryLockKey.of(2), AdvisoryLockKey.of(3, 4));
        LockHandle first = one.locks().acquire(all(keys).shared());
        fleet.awaitLocks(2, 3);
        LockHandle second = one.locks()
                .tryAcquire(LockRequest.of(keys.get(0)).shared(), Duration.ZERO)
                .orElseThrow();
        LockHandle others = other.locks().acquire(all(keys).shared());
        assertThatExceptionOfType(SelfDeadlockException.class)
                .isThrownBy(() -> one.locks().acquire(LockRequest.of(keys.get(0))))
                .withMessageContaining("ADVLOCK-0119");
        first.close();
        first.close();
        others.close();
        for (int member = 0; member < Fleet.SIZE; member++) {
            fleet.awaitLocks(member, 1);
        }
        assertThat(second.isHeld()).isTrue();
        assertThat(second.fencingToken()).isPositive();
        second.close();
        assertThat(second.isHeld()).isFalse();
    }

    @Test
    void grantedByAMajorityWhoseRestIsTakenWhenItIsFree() {
        LockHandle third = other.member(2).acquire(KEY);
        try (LockHandle handle = one.locks().acquire(KEY)) {
            assertThat(handle.isHeld()).isTrue();
            assertThat(handle).asString().contains("on 2 of 3");
            third.close();
            GroupNode.awaitWhole(handle);
            assertThat(other.member(2).tryAcquire(KEY, Duration.ZERO)).isEmpty();
            assertThat(handle.isHeld()).isTrue();
        }
    }

    @Test
    void refusedByAMajorityWithEachMembersReason() {
        LockHandle first = other.member(0).acquire(KEY);
        LockHandle second = other.member(1).acquire(KEY);
        for (long wait : new long[] {0, 700}) {
            // Two refusals are enough, so nobody waits for the third answer.
            Await.until("the third one was never in time", () -> refusal(wait).contains("DataSource 'c': granted"));
        }
        first.close();
        try (LockHandle handle = one.acquire(KEY, 30_000)) {
            assertThat(handle.isHeld()).isTrue();
        }
        second.close();
    }

    private String refusal(long wait) {
        LockTimeoutException refused = catchThrowableOfType(LockTimeoutException.class, () -> one.acquire(KEY, wait));
        assertThat(refused)
                .hasMessageContainingAll(
                        "ADVLOCK-0101",
                        "no majority of group 'fleet'",
                        "DataSource 'a': held by backend",
                        "DataSource 'b': held by backend",
                        "DataSource 'c': ");
        assertThat(refused.holders()).hasSize(2);
        return refused.getMessage();
    }

    @Test
    void anInterruptEndsTheWaitAndLeavesNothing() throws Exception {
        LockHandle first = other.locks().acquire(KEY);
        AtomicInteger interrupted = new AtomicInteger();
        Thread thread = new Thread(() -> {
            try {
                one.acquire(KEY, 60_000).close();
            } catch (AdvisoryLockException e) {
                if (e.getMessage().contains("ADVLOCK-0114")
                        && Thread.currentThread().isInterrupted()) {
                    interrupted.incrementAndGet();
                }
            }
        });
        thread.start();
        Await.until("it does not pause", () -> List.of(thread.getStackTrace()).stream()
                .anyMatch(frame -> frame.getMethodName().equals("pause")));
        thread.interrupt();
        thread.join();
        assertThat(interrupted).hasValue(1);
        first.close();
    }

    /** The interrupt comes while the members are asked. Locks that they grant then must not block the next request. */
    @Test
    void andAnInterruptedRequestIsNotInTheWayOfTheNextOne() {
        one.acquire(KEY, 60_000).close();
        for (int i = 0; i < 50; i++) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(AdvisoryLockException.class)
                    .isThrownBy(() -> one.acquire(KEY, 60_000))
                    .withMessageContaining("ADVLOCK-0114");
            assertThat(Thread.interrupted()).isTrue();
            one.locks().tryAcquire(KEY, Duration.ZERO).orElseThrow().close();
        }
    }

    /**
     * With the default heartbeat: a sign of life may take half of it. A shorter heartbeat would lose a second member on
     * a busy machine.
     */
    @Test
    void whoseLostMinorityIsTakenAgainSilently() throws Exception {
        AtomicInteger told = new AtomicInteger();
        try (GroupNode patient = new GroupNode(fleet.urls(), Duration.ofSeconds(5));
                LockHandle handle = patient.acquire(KEY, 60_000)) {
            handle.onLost(told::incrementAndGet);
            for (int member = 0; member < Fleet.SIZE; member++) {
                GroupNode.awaitWhole(handle);
                long before = fleet.holder(member);
                fleet.endHolders(member);
                int lost = member;
                Await.until("not taken again", () -> {
                    assertThat(handle.isHeld()).as(handle.toString()).isTrue();
                    return fleet.holder(lost) != 0 && fleet.holder(lost) != before;
                });
            }
            GroupNode.awaitWhole(handle);
            assertThat(handle.isHeld()).isTrue();
            assertThat(handle.fencingToken()).isPositive();
            assertThat(told).hasValue(0);
        }
    }

    @Test
    void whoseMajorityIsLostIsLost() {
        CountDownLatch told = new CountDownLatch(1);
        LockHandle handle = one.locks().acquire(KEY);
        GroupNode.awaitWhole(handle);
        handle.onLost(told::countDown);
        fleet.blackhole(0, true);
        fleet.blackhole(1, true);
        Await.latch(told);
        assertThat(handle.isHeld()).isFalse();
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(handle::fencingToken)
                .withMessageContainingAll("ADVLOCK-0116", "of the 3 databases of group 'fleet' only 1");
        fleet.awaitLocks(2, 0);
        CountDownLatch late = new CountDownLatch(1);
        handle.onLost(late::countDown);
        Await.latch(late);
        assertThatExceptionOfType(AdvisoryLockException.class)
                .isThrownBy(() -> one.acquire(KEY, 3000))
                .isNotInstanceOf(LockTimeoutException.class)
                .withMessageContainingAll("ADVLOCK-0121", "only 1", "DataSource 'a': ", "DataSource 'b': ");
        fleet.blackhole(0, false);
        fleet.blackhole(1, false);
        one.acquire(KEY, 60_000).close();
        handle.close();
    }

    @Test
    void tokensGrowWhateverMajorityMakesThem() {
        long last = 0;
        GroupNode third = new GroupNode(fleet.urls());
        for (int holder = 0; holder < 12; holder++) {
            GroupNode node = holder % 2 == 0 ? one : other;
            LockHandle missing = third.member(holder % 3).acquire(KEY);
            try (LockHandle handle = node.acquire(KEY, 30_000)) {
                long token = handle.fencingToken();
                assertThat(handle.fencingToken()).isEqualTo(token);
                assertThat(token).isGreaterThan(last);
                last = token;
            }
            missing.close();
        }
        third.close();
    }

    @Test
    void twoNamesOfOneDatabaseAreRefused() {
        // Each member has one heartbeat to tell its identity. A member that needs longer is checked later.
        List<String> urls = List.of(fleet.url(0), fleet.server(0).jdbcUrl(), fleet.url(1));
        try (GroupNode twice = new GroupNode(urls, Duration.ofSeconds(20))) {
            for (int i = 0; i < 2; i++) {
                assertThatExceptionOfType(LockGuardException.class)
                        .isThrownBy(() -> twice.acquire(KEY, 1000))
                        .withMessageContainingAll("ADVLOCK-0319", "DataSource 'a'", "DataSource 'b'");
            }
        }
    }

    @Test
    void permitsAreRefused() {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> one.locks().acquire(LockRequest.of(KEY).permits(3)))
                .withMessageContaining("ADVLOCK-0320");
    }

    @Test
    void isKeptAsLongAsItMustBe() {
        LockHandle handle = one.locks().acquire(KEY);
        handle.holdAtLeast(Duration.ofMillis(700));
        handle.close();
        assertThat(handle.isHeld()).isFalse();
        assertThat(one.locks().tryAcquire(KEY, Duration.ZERO)).isEmpty();
        one.locks().tryAcquire(KEY, Duration.ofSeconds(30)).orElseThrow().close();
    }

    @Test
    void contendersMakeProgressAndNeverMeet() throws Exception {
        AtomicInteger in = new AtomicInteger();
        List<CompletableFuture<Integer>> contenders = new ArrayList<>();
        for (GroupNode node : List.of(one, other)) {
            for (int thread = 0; thread < 2; thread++) {
                contenders.add(BankApplication.async(() -> {
                    for (int turn = 0; turn < 15; turn++) {
                        try (LockHandle handle = node.acquire(KEY, 60_000)) {
                            assertThat(in.incrementAndGet()).isOne();
                            assertThat(handle.fencingToken()).isPositive();
                            in.decrementAndGet();
                        }
                    }
                    return 15;
                }));
            }
        }
        for (CompletableFuture<Integer> contender : contenders) {
            assertThat(contender.get(120, TimeUnit.SECONDS)).isEqualTo(15);
        }
    }
}
