package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockInfo;
import org.advisorylock.LockKeyException;
import org.advisorylock.LockRequest;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.testbed.LibraryLog;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Permits that transactions hold until they end. */
@ExtendWith(NoLockLeft.class)
@Timeout(120)
class PermitsIT {

    private static final long FIRST =
            AdvisoryLockKey.of("import#1", KeyHash.MD5).number();
    private static final long SECOND =
            AdvisoryLockKey.of("import#2", KeyHash.MD5).number();

    private static Application application;
    private static Shop shop;

    @BeforeAll
    static void start() {
        application = Application.of(Shop.class);
        shop = application.get(Shop.class);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @Test
    void aRefusedTransactionTellsOfAnotherNumber() throws Exception {
        long third = AdvisoryLockKey.of("report#3", KeyHash.MD5).number();
        try (LibraryLog log = new LibraryLog();
                Rival rival = Rival.holding(
                        AdvisoryLockKey.of("report#1", KeyHash.MD5).number());
                Rival second = Rival.holding(
                        AdvisoryLockKey.of("report#2", KeyHash.MD5).number());
                Rival other = Rival.holding(third)) {
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> shop.brieflyTwo("report"))
                    .satisfies(e ->
                            assertThat(e.holders()).extracting(LockInfo::pid).doesNotContain(other.pid()));
            assertThat(log.await("ADVLOCK-0336")).contains("backend " + other.pid(), "slot " + third + " is");
            assertThat(rival.pid()).isNotEqualTo(second.pid());
        }
    }

    /** A call of a method that has two permits. */
    interface TwoPermits {
        int call(Callable<Integer> work) throws Exception;
    }

    /** Starts this many calls, and checks that two of them run at the same time, never three, and all in the end. */
    static void assertTwoAtOnce(int count, TwoPermits method) throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch two = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        List<CompletableFuture<Thread>> threads = new ArrayList<>();
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int call = 0; call < count; call++) {
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            threads.add(thread);
            calls.add(Application.async(() -> {
                thread.complete(Thread.currentThread());
                return method.call(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    two.countDown();
                    Application.await(end);
                    return running.decrementAndGet();
                });
            }));
        }
        Application.await(two);
        // All calls wait now: two in the method, and the others for a permit. A third one would have come in.
        threads.forEach(thread -> Application.awaitParked(thread.join()));
        end.countDown();
        for (CompletableFuture<Integer> call : calls) {
            assertThat(call.get(60, TimeUnit.SECONDS)).isLessThan(2);
        }
        assertThat(most).hasValue(2);
    }

    @Test
    void letSoManyTransactionsRunAtOnceAndServeEverybody() throws Exception {
        assertTwoAtOnce(12, work -> shop.twoAtOnce("import", work));
    }

    @Test
    void areSlotsThatOtherProgramsSee() throws Exception {
        shop.twoAtOnce("import", () -> {
            assertThat(application.monitor().locks())
                    .singleElement()
                    .extracting(row -> row.key().text().orElse(""))
                    .isIn("import#1", "import#2");
            return 1;
        });
        try (Rival rival = Rival.holding(FIRST, SECOND)) {
            application.inTransaction(() -> {
                assertThat(application
                                .locks()
                                .tryAcquire(LockRequest.of("import").permits(2), Duration.ZERO))
                        .isFalse();
                assertThat(application
                                .locks()
                                .tryAcquire(LockRequest.of("import").permits(2), Duration.ofMillis(300)))
                        .isFalse();
                return assertThat(application
                                .locks()
                                .tryAcquire(LockRequest.of("import").permits(3), Duration.ZERO))
                        .isTrue();
            });
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> shop.brieflyTwo("import"))
                    .withMessageContainingAll("ADVLOCK-0101", "one of 2 permits", "backend " + rival.pid());
        }
    }

    @Test
    void waitInTheServerUntilOneIsFree() throws Exception {
        CompletableFuture<Integer> waiter;
        try (Rival rival = Rival.holding(FIRST, SECOND)) {
            assertThat(rival.pid()).isPositive();
            waiter = Application.async(() -> shop.twoAtOnce("import", () -> 1));
            Rival.awaitWaiters(1);
        }
        assertThat(waiter.get(30, TimeUnit.SECONDS)).isOne();
    }

    @Test
    void areTakenOnceByATransactionHoweverOftenItAsks() throws Exception {
        shop.twoAtOnce("import", () -> shop.twoAtOnce("import", () -> 1));
        application.inTransaction(() -> {
            for (int time = 0; time < 10; time++) {
                shop.twoAtOnce("import", () -> 1);
            }
            return assertThat(application.monitor().locks().stream().filter(LockInfo::granted))
                    .hasSize(1);
        });
    }

    @Test
    void areOneToAThousandOfOneKey() throws Exception {
        application.inTransaction(() -> {
            for (int permits : new int[] {0, -1, 1001}) {
                assertThatExceptionOfType(LockKeyException.class)
                        .isThrownBy(() -> application
                                .locks()
                                .acquire(LockRequest.of("import").permits(permits)))
                        .withMessageContaining("ADVLOCK-0223");
            }
            application.locks().acquire(LockRequest.of("import").permits(1000));
            application.locks().acquire(LockRequest.of("import").permits(1));
            return assertThat(application.locks().isHeld("import")).isTrue();
        });
    }
}
