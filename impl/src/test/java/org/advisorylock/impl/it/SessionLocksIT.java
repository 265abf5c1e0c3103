package org.advisorylock.impl.it;

import static org.advisorylock.impl.Requests.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockHandle;
import org.advisorylock.LockInfo;
import org.advisorylock.LockLostException;
import org.advisorylock.LockMode;
import org.advisorylock.LockRequest;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.SessionLocks;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLockLeft.class)
@Timeout(120)
class SessionLocksIT {

    private static final AdvisoryLockKey KEY = AdvisoryLockKey.of("report", KeyHash.MD5);

    private Application application;
    private SessionLocks locks;

    @BeforeEach
    void start() {
        System.setProperty("advisorylock.session.heartbeat", "PT5S");
        application = Application.of(Shop.class, Night.class);
        locks = application.get(SessionLocks.class);
    }

    @AfterEach
    void stop() {
        System.clearProperty("advisorylock.session.heartbeat");
        application.close();
    }

    @Test
    void isHeldUntilItIsClosed() throws Exception {
        LockHandle handle = locks.acquire("report");

        assertThat(handle.isHeld()).isTrue();
        try (Rival rival = Rival.open()) {
            assertThat(rival.tryLock(KEY.number())).isFalse();
            handle.close();
            assertThat(rival.tryLock(KEY.number())).isTrue();
        }
        assertThat(handle.isHeld()).isFalse();
        handle.close();
        application.jta().awaitNoneBorrowed();
    }

    @Test
    void isReentrantAndReleasedAsOftenAsItWasTaken() {
        LockHandle first = locks.acquire("report");
        LockHandle second = locks.tryAcquire("report", Duration.ZERO).orElseThrow();
        assertThat(held()).hasSize(1);
        first.close();
        first.close();
        assertThat(held()).hasSize(1);
        assertThat(second.isHeld()).isTrue();
        second.close();
        assertThat(held()).isEmpty();
    }

    @Test
    void excludesOtherThreadsOfThisJvm() throws Exception {
        try (LockHandle handle = locks.acquire("report")) {
            assertThat(handle.isHeld()).isTrue();
            assertThat(Application.async(() -> locks.tryAcquire("report", Duration.ZERO))
                            .get())
                    .isEmpty();
            assertThat(Application.async(() -> locks.on("").tryAcquire("report", Duration.ofMillis(50)))
                            .get())
                    .isEmpty();
        }
    }

    @Test
    void waitsInTheServerForAnotherSession() throws Exception {
        CompletableFuture<Boolean> waiter;
        try (Rival rival = Rival.holding(KEY.number())) {
            waiter = Application.async(() -> {
                try (LockHandle handle = locks.acquire("report")) {
                    return handle.isHeld();
                }
            });
            Rival.awaitWaiter(KEY.number());
            assertThat(waiter).isNotDone();
        }
        assertThat(waiter.get(30, TimeUnit.SECONDS)).isTrue();
        application.jta().awaitNoneBorrowed();
    }

    @Test
    void tellsWhoHoldsItAfterATimeout() throws Exception {
        try (Rival rival = Rival.holding(KEY.number())) {
            assertThat(locks.tryAcquire("report", Duration.ZERO)).isEmpty();
            assertThat(locks.tryAcquire("report", Duration.ofMillis(200))).isEmpty();
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> application.get(Night.class).brief())
                    .withMessageContainingAll(
                            "ADVLOCK-0101", "'report' (exclusive, session)", "backend " + rival.pid());
        }
        application.jta().awaitNoneBorrowed();
    }

    @Test
    void anInterruptEndsTheWaitAndLeavesNothingQueued() throws Exception {
        try (Rival rival = Rival.holding(KEY.number())) {
            assertThat(rival.pid()).isPositive();
            CountDownLatch started = new CountDownLatch(1);
            AtomicInteger interrupted = new AtomicInteger();
            Thread thread = new Thread(() -> {
                started.countDown();
                try {
                    locks.acquire("report").close();
                } catch (AdvisoryLockException e) {
                    if (e.getMessage().contains("ADVLOCK-0114")
                            && Thread.currentThread().isInterrupted()) {
                        interrupted.incrementAndGet();
                    }
                }
            });
            thread.start();
            Rival.awaitWaiter(KEY.number());
            thread.interrupt();
            thread.join();
            assertThat(interrupted).hasValue(1);
            Rival.awaitWaiters(KEY.number(), 0);
        }
    }

    @Test
    void takesSeveralOrNone() throws Exception {
        List<AdvisoryLockKey> keys =
                LongStream.range(0, 5).mapToObj(AdvisoryLockKey::of).toList();
        try (Rival rival = Rival.holding(2)) {
            assertThat(rival.pid()).isPositive();
            assertThat(locks.tryAcquire(all(keys), Duration.ofMillis(100))).isEmpty();
            assertThat(held()).extracting(LockInfo::key).containsExactly(AdvisoryLockKey.of(2));
        }
        try (LockHandle all = locks.acquire(all(keys))) {
            assertThat(all.isHeld()).isTrue();
            assertThat(held()).hasSize(5);
        }
        List<AdvisoryLockKey> backwards =
                List.of(AdvisoryLockKey.of(3), AdvisoryLockKey.of(1, 2), AdvisoryLockKey.of(1));
        try (LockHandle all = locks.tryAcquire(all(backwards).inOrder().shared(), Duration.ZERO)
                .orElseThrow()) {
            assertThat(all.fencingToken()).isPositive();
            assertThat(held()).hasSize(3).allMatch(row -> row.mode() == LockMode.SHARED);
        }
    }

    @Test
    void waitsForTheRestOnceInOrder() throws Exception {
        List<AdvisoryLockKey> keys =
                LongStream.range(0, 5).mapToObj(AdvisoryLockKey::of).toList();
        CompletableFuture<Boolean> waiter;
        try (Rival rival = Rival.holding(2)) {
            assertThat(rival.pid()).isPositive();
            waiter = Application.async(() -> {
                try (LockHandle all = locks.acquire(all(keys))) {
                    return all.isHeld() && all.fencingToken() > 0 && held().size() == 5;
                }
            });
            Rival.awaitWaiter(2);
            assertThat(held().stream().filter(LockInfo::granted)).hasSize(3);
        }
        assertThat(waiter.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void sharedHoldersShareAndAWaitingExclusiveIsNotOvertaken() throws Exception {
        LockHandle one = locks.acquire(LockRequest.of("report").shared());
        LockHandle two = Application.async(
                        () -> locks.acquire(LockRequest.of("report").shared()))
                .get();
        try (Rival rival = Rival.open()) {
            CompletableFuture<Boolean> exclusive = Application.async(() -> {
                rival.lock(KEY.number());
                return true;
            });
            Rival.awaitWaiter(KEY.number());
            assertThat(Application.async(() ->
                                    locks.tryAcquire(LockRequest.of("report").shared(), Duration.ZERO))
                            .get())
                    .isEmpty();
            one.close();
            assertThat(exclusive).isNotDone();
            two.close();
            assertThat(exclusive.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aThousandLocksTakeOneConnection() {
        List<LockHandle> handles = new ArrayList<>();
        for (int key = 0; key < 1000; key++) {
            handles.add(locks.acquire(LockRequest.of(AdvisoryLockKey.of(key))));
        }
        assertThat(held())
                .hasSize(1000)
                .extracting(LockInfo::pid)
                .containsOnly(held().get(0).pid());
        assertThat(application.jta().borrowed()).isOne();
        handles.forEach(LockHandle::close);
        assertThat(held()).isEmpty();
        application.jta().awaitNoneBorrowed();
    }

    @Test
    void tokensGrowFromHolderToHolder() throws Exception {
        long last = 0;
        for (int holder = 0; holder < 20; holder++) {
            long token = Application.async(() -> {
                        try (LockHandle handle = locks.acquire("report")) {
                            long first = handle.fencingToken();
                            assertThat(handle.fencingToken()).isEqualTo(first);
                            return first;
                        }
                    })
                    .get();
            assertThat(token).isGreaterThan(last);
            last = token;
        }
        LockHandle closed = locks.acquire("report");
        closed.close();
        assertThatExceptionOfType(LockLostException.class).isThrownBy(closed::fencingToken);
    }

    @Test
    void aLostLockIsTold() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        LockHandle handle = locks.acquire("report");
        handle.onLost(told::countDown);
        terminate(held().get(0).pid());
        Application.await(told);
        assertThat(handle.isHeld()).isFalse();
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(handle::fencingToken)
                .withMessageContaining("ADVLOCK-0116");
        CountDownLatch late = new CountDownLatch(1);
        handle.onLost(late::countDown);
        Application.await(late);
        try (LockHandle again = locks.acquire("report")) {
            assertThat(again.isHeld()).isTrue();
            handle.close();
            assertThat(again.isHeld()).isTrue();
            assertThat(held()).hasSize(1);
        }
    }

    @Test
    void isHeldOnAfterTheHandleIsClosedIfItMustBe() throws Exception {
        LockHandle handle = locks.acquire("report");
        handle.holdAtLeast(Duration.ofMillis(700));
        handle.close();
        assertThat(handle.isHeld()).isFalse();
        assertThat(held()).hasSize(1);
        assertThat(locks.tryAcquire("report", Duration.ZERO)).isEmpty();
        try (LockHandle later = locks.acquire("report")) {
            assertThat(later.isHeld()).isTrue();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> handle.holdAtLeast(Duration.ofSeconds(-1)));
    }

    @Test
    void givesSoManyPermitsAndNoMore() throws Exception {
        List<LockHandle> three = new ArrayList<>();
        for (int permit = 0; permit < 3; permit++) {
            three.add(Application.async(
                            () -> locks.acquire(LockRequest.of("import").permits(3)))
                    .get());
        }
        assertThat(Application.async(
                                () -> locks.tryAcquire(LockRequest.of("import").permits(3), Duration.ZERO))
                        .get())
                .isEmpty();
        assertThat(held())
                .extracting(LockInfo::key)
                .containsExactlyInAnyOrder(IntStream.rangeClosed(1, 3)
                        .mapToObj(slot -> AdvisoryLockKey.of("import#" + slot, KeyHash.MD5))
                        .toArray(AdvisoryLockKey[]::new));
        CompletableFuture<Optional<LockHandle>> waiter = Application.async(
                () -> locks.tryAcquire(LockRequest.of("import").permits(3), Duration.ofSeconds(30)));
        three.get(1).close();
        LockHandle fourth = waiter.get(30, TimeUnit.SECONDS).orElseThrow();
        assertThat(fourth.isHeld()).isTrue();
        fourth.close();
        three.forEach(LockHandle::close);
    }

    @Test
    void theMonitorNamesTheSlotOfAPermit() {
        try (LockHandle handle = locks.acquire(LockRequest.of("import").permits(3))) {
            assertThat(handle.isHeld()).isTrue();
            assertThat(application.monitor().locks()).singleElement().satisfies(row -> assertThat(
                            row.key().text())
                    .hasValueSatisfying(text -> assertThat(text).matches("import#[123]")));
        }
    }

    @Test
    void waitsForAPermitThatAnotherProgramHas() throws Exception {
        CompletableFuture<LockHandle> waiter;
        try (Rival rival = Rival.holding(
                AdvisoryLockKey.of("import#1", KeyHash.MD5).number(),
                AdvisoryLockKey.of("import#2", KeyHash.MD5).number())) {
            assertThat(rival.pid()).isPositive();
            assertThat(locks.tryAcquire(LockRequest.of("import").permits(2), Duration.ofMillis(300)))
                    .isEmpty();
            CountDownLatch asked = new CountDownLatch(1);
            waiter = Application.async(() -> {
                asked.countDown();
                return locks.acquire(LockRequest.of("import").permits(2));
            });
            // It asks now and then, and does not queue.
            asked.await();
            assertThat(waiter).isNotDone();
        }
        waiter.get(30, TimeUnit.SECONDS).close();
    }

    @Test
    @SuppressWarnings("LockNotBeforeTry")
    void isALockOfJavaUtilConcurrentToo() throws Exception {
        Lock lock = locks.lock("report");
        lock.lock();
        assertThat(lock.tryLock()).isTrue();
        assertThat(Application.async(() -> lock.tryLock(10, TimeUnit.MILLISECONDS))
                        .get())
                .isFalse();
        lock.unlock();
        assertThat(held()).hasSize(1);
        lock.unlock();
        assertThat(held()).isEmpty();
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock);
    }

    @Test
    void refusesToWaitForItsOwnThread() throws Exception {
        Shop shop = application.get(Shop.class);
        shop.locked("report", () -> {
            assertThatExceptionOfType(SelfDeadlockException.class)
                    .isThrownBy(() -> locks.tryAcquire("report", Duration.ZERO))
                    .withMessageContainingAll("ADVLOCK-0117", "Shop.locked", "SessionLocksIT");
            return 1;
        });
        try (LockHandle shared = locks.acquire(LockRequest.of("report").shared())) {
            assertThat(shared.isHeld()).isTrue();
            assertThatExceptionOfType(SelfDeadlockException.class)
                    .isThrownBy(() -> locks.acquire("report"))
                    .withMessageContaining("ADVLOCK-0119");
            assertThatExceptionOfType(SelfDeadlockException.class)
                    .isThrownBy(() -> shop.locked("report", () -> 1))
                    .withMessageContaining("ADVLOCK-0118");
            assertThat(shop.shared("report", () -> 1)).isOne();
        }
    }

    private List<LockInfo> held() {
        return application.monitor().locks();
    }

    private static void terminate(Integer pid) throws Exception {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_terminate_backend(" + pid + ")")) {
            assertThat(rows.next()).isTrue();
        }
    }
}
