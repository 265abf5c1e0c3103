package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockHandle;
import org.advisorylock.LockKeyException;
import org.advisorylock.LockLostException;
import org.advisorylock.LockMode;
import org.advisorylock.LockRequest;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.SessionLocks;
import org.advisorylock.TransactionLocks;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Locks that do not end with a transaction. */
@Locking
class SessionLocksTest extends ContractTest {

    private static final Duration SHORT = Duration.ofMillis(120);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final AdvisoryLockKey PAIR = AdvisoryLockKey.of(-2, 5);

    @Inject
    SessionLocks locks;

    @Inject
    TransactionLocks transactionLocks;

    @Deployment
    static WebArchive deployment() {
        // Connections die here, and a pool without validation would hand them to other tests.
        return Deployments.of(
                SessionLocksTest.class,
                "advisorylock.session.heartbeat=PT1S\nadvisorylock.session.datasource=" + SecondDataSource.NAME);
    }

    @Test
    @Assertion("SES-01")
    void isHeldFromAcquireToClose() {
        LockHandle text = locks.acquire("text");
        LockHandle pair = locks.acquire(LockRequest.of(PAIR).shared());
        assertThat(text.isHeld()).isTrue();
        assertThat(database.heldKeys()).containsExactlyInAnyOrder(key("text"), PAIR);
        text.close();
        assertThat(text.isHeld()).isFalse();
        assertThat(database.heldKeys()).containsExactly(PAIR);
        text.close();
        pair.close();
        assertThat(database.locks()).isEmpty();
    }

    @Test
    @Assertion("SES-01")
    void outlivesTheTransactionInWhichItWasTaken() throws Exception {
        LockHandle[] handle = new LockHandle[1];
        inTransaction(() -> {
            handle[0] = locks.acquire("text");
        });
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> inTransaction(() -> {
                    throw new IllegalStateException("rolls back");
                }));
        assertThat(database.heldKeys()).containsExactly(key("text"));
        handle[0].close();
    }

    @Test
    @Assertion("SES-02")
    void isReleasedWhenItWasClosedAsOftenAsItWasTaken() {
        LockHandle one = locks.acquire("text");
        LockHandle two = locks.tryAcquire("text", Duration.ZERO).orElseThrow();
        assertThat(database.locks()).hasSize(1);
        two.close();
        two.close();
        assertThat(one.isHeld()).isTrue();
        assertThat(database.locks()).hasSize(1);
        one.close();
        assertThat(database.locks()).isEmpty();
    }

    @Test
    @Assertion("SES-03")
    void excludesOtherThreadsAndOtherPrograms() {
        try (LockHandle held = locks.acquire("text");
                OtherHolder rival = OtherHolder.holding(database, "of another")) {
            assertThat(held.isHeld()).isTrue();
            assertThat(threads.run(() -> locks.tryAcquire("text", Duration.ZERO)))
                    .isEmpty();
            assertThat(threads.run(() -> locks.tryAcquire(LockRequest.of("text").shared(), SHORT)))
                    .isEmpty();
            assertThat(rival.tryLock(key("text"), LockMode.SHARED)).isFalse();
            assertThat(locks.tryAcquire("of another", Duration.ZERO)).isEmpty();
            assertThat(locks.tryAcquire("of another", SHORT)).isEmpty();
        }
    }

    @Test
    @Assertion("SES-04")
    void waitsUntilTheHolderLetsGo() {
        try (OtherHolder rival = OtherHolder.holding(database, "text")) {
            BackgroundCall<Boolean> call = threads.start(() -> {
                try (LockHandle handle = locks.acquire("text")) {
                    return handle.isHeld();
                }
            });
            database.awaitWaiter(key("text"), call);
            rival.release();
            assertThat(call.get()).isTrue();
        }
        LockHandle held = locks.acquire("text");
        BackgroundCall<Boolean> call = threads.start(() -> {
            Optional<LockHandle> handle = locks.tryAcquire("text", LONG);
            handle.ifPresent(LockHandle::close);
            return handle.isPresent();
        });
        database.awaitBlocked(call);
        held.close();
        assertThat(call.get()).isTrue();
    }

    @Test
    @Assertion("SES-05")
    void severalKeysAreTakenAllOrNone() {
        AdvisoryLockKey one = AdvisoryLockKey.of(1);
        AdvisoryLockKey two = AdvisoryLockKey.of(2);
        try (OtherHolder rival = OtherHolder.holding(database, LockMode.EXCLUSIVE, one)) {
            for (Duration wait : List.of(Duration.ZERO, SHORT)) {
                assertThat(locks.tryAcquire(LockRequest.of(two).and(one).and(PAIR), wait))
                        .isEmpty();
                assertThat(locks.tryAcquire(
                                LockRequest.of(two).and(one).and(PAIR).inOrder().shared(), wait))
                        .isEmpty();
                assertThat(database.heldKeys()).containsExactly(one);
            }
            rival.release();
            try (LockHandle all = locks.acquire(LockRequest.of(two).and(one).and(PAIR))) {
                assertThat(all.isHeld()).isTrue();
                assertThat(database.heldKeys()).containsExactlyInAnyOrder(one, two, PAIR);
            }
        }
    }

    @Test
    @Assertion("SES-06")
    void manyLocksTakeOneSession() {
        LockHandle first = locks.acquire("first");
        LockHandle second = locks.acquire("second");
        LockHandle third = threads.run(() -> locks.acquire("third"));
        assertThat(database.locks().stream().map(LockRow::pid).distinct()).hasSize(1);
        first.close();
        second.close();
        third.close();
    }

    @Test
    @Assertion("SES-07")
    void tokensGrowFromHolderToHolder() {
        long last = 0;
        for (int holder = 0; holder < 10; holder++) {
            long token = threads.run(() -> {
                try (LockHandle handle = locks.acquire("text")) {
                    assertThat(handle.fencingToken()).isEqualTo(handle.fencingToken());
                    return handle.fencingToken();
                }
            });
            assertThat(token).isGreaterThan(last);
            last = token;
        }
    }

    @Test
    @Assertion("SES-08")
    void aLostLockIsTold() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        LockHandle handle = locks.acquire("text");
        handle.onLost(told::countDown);
        List<LockRow> rows = database.locks();
        assertThat(rows).hasSize(1);
        database.queryOutside(
                "SELECT pg_catalog.pg_terminate_backend(" + rows.get(0).pid() + ")");
        assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(handle.isHeld()).isFalse();
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(handle::fencingToken)
                .withMessageStartingWith("ADVLOCK-");
        try (LockHandle again = locks.acquire("text")) {
            handle.close();
            assertThat(again.isHeld()).isTrue();
            assertThat(database.heldKeys()).containsExactly(key("text"));
        }
    }

    @Test
    @Assertion("SES-09")
    void aThreadDoesNotWaitForItself() throws Exception {
        inTransaction(() -> {
            transactionLocks.acquire("text");
            assertThatExceptionOfType(SelfDeadlockException.class).isThrownBy(() -> locks.acquire("text"));
        });
        try (LockHandle handle = locks.acquire(LockRequest.of("text").shared())) {
            assertThat(handle.isHeld()).isTrue();
            assertThatExceptionOfType(SelfDeadlockException.class).isThrownBy(() -> locks.acquire("text"));
            inTransaction(() -> {
                assertThatExceptionOfType(SelfDeadlockException.class)
                        .isThrownBy(() -> transactionLocks.acquire("text"));
                transactionLocks.acquire(LockRequest.of("text").shared());
            });
        }
    }

    @Test
    @Assertion("SES-10")
    @SuppressWarnings("LockNotBeforeTry")
    void isALockOfJavaUtilConcurrent() throws Exception {
        Lock lock = locks.lock("text");
        lock.lock();
        assertThat(lock.tryLock()).isTrue();
        assertThat(threads.run(() -> lock.tryLock(10, TimeUnit.MILLISECONDS))).isFalse();
        lock.unlock();
        assertThat(database.heldKeys()).containsExactly(key("text"));
        lock.unlock();
        assertThat(database.locks()).isEmpty();
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock);
    }

    @Test
    @Assertion("SES-11")
    void aClosedLockCanBeKeptForATime() {
        LockHandle handle = locks.acquire("text");
        handle.holdAtLeast(Duration.ofSeconds(1));
        handle.close();
        assertThat(database.heldKeys()).containsExactly(key("text"));
        assertThat(locks.tryAcquire("text", Duration.ZERO)).isEmpty();
        locks.acquire("text").close();
    }

    @Test
    @Assertion("SES-12")
    void anEmptyTextIsNoKey() {
        assertThatExceptionOfType(LockKeyException.class).isThrownBy(() -> locks.acquire(""));
    }

    @Test
    @Assertion("SES-13")
    void whatIsClosedInsideATransactionIsHeldUntilThatEnds() throws Exception {
        LockHandle before = locks.acquire("before");
        inTransaction(() -> {
            LockHandle inside = locks.acquire("inside");
            inside.close();
            before.close();
            assertThat(inside.isHeld()).isFalse();
            assertThat(database.heldKeys()).containsExactlyInAnyOrder(key("before"), key("inside"));
            assertThat(threads.run(() -> locks.tryAcquire("inside", Duration.ZERO)))
                    .isEmpty();
        });
        assertThat(database.locks()).isEmpty();
        LockHandle[] handle = new LockHandle[1];
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> inTransaction(() -> {
                    handle[0] = locks.acquire("text");
                    handle[0].close();
                    throw new IllegalStateException("rolls back");
                }));
        assertThat(database.locks()).isEmpty();
    }

    @Test
    @Assertion("SES-14")
    void anInterruptEndsAWaitAndLeavesNothing() {
        try (LockHandle held = threads.run(() -> locks.acquire("text"));
                OtherHolder rival = OtherHolder.holding(database, "of another")) {
            for (String key : List.of("text", "of another")) {
                CountDownLatch begun = new CountDownLatch(1);
                Thread[] thread = new Thread[1];
                BackgroundCall<Boolean> call = threads.start(() -> {
                    thread[0] = Thread.currentThread();
                    begun.countDown();
                    assertThatExceptionOfType(AdvisoryLockException.class).isThrownBy(() -> locks.acquire(key));
                    return Thread.interrupted();
                });
                await(begun);
                database.awaitBlocked(call);
                thread[0].interrupt();
                assertThat(call.get()).isTrue();
            }
            assertThat(held.isHeld()).isTrue();
            assertThat(rival.pid()).isPositive();
            assertThat(database.heldKeys()).containsExactlyInAnyOrder(key("text"), key("of another"));
        }
        assertThat(database.awaitNone()).isEmpty();
        threads.run(() -> locks.acquire("text")).close();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Assertion("SES-15")
    @SuppressWarnings("LockNotBeforeTry")
    void allViewsAreOneLock() throws Exception {
        Lock one = locks.lock("text");
        Lock other = locks.lock("text");
        one.lock();
        other.unlock();
        assertThat(database.locks()).isEmpty();
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(one::unlock);

        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(one::lockInterruptibly);
        assertThat(Thread.interrupted()).isFalse();

        assertThat(one.tryLock(Long.MAX_VALUE, TimeUnit.DAYS)).isTrue();
        LockHandle again = locks.acquire("text");
        CountDownLatch lost = new CountDownLatch(1);
        again.onLost(lost::countDown);
        endSession();
        await(lost);
        assertThatExceptionOfType(LockLostException.class).isThrownBy(other::unlock);
        again.close();
    }

    private void endSession() {
        database.queryOutside("SELECT pg_catalog.pg_terminate_backend("
                + database.locks().get(0).pid() + ")");
    }

    @Test
    @Assertion("SES-16")
    void aListenerThatHangsKeepsNobodyFromHearing() {
        CountDownLatch all = new CountDownLatch(3);
        CountDownLatch end = new CountDownLatch(1);
        List<LockHandle> handles = List.of(locks.acquire("one"), locks.acquire("two"), locks.acquire("three"));
        assertThat(database.heldKeys()).containsExactlyInAnyOrder(key("one"), key("two"), key("three"));
        for (LockHandle handle : handles) {
            handle.onLost(() -> {
                all.countDown();
                await(end);
            });
        }
        endSession();
        await(all);
        end.countDown();
        handles.forEach(LockHandle::close);
    }

    @Test
    @Assertion("SES-17")
    void allHandlesOfAHolderHaveOneToken() {
        try (LockHandle one = locks.acquire("text");
                LockHandle other = locks.acquire("text")) {
            assertThat(database.heldKeys()).containsExactly(key("text"));
            assertThat(other.fencingToken()).isEqualTo(one.fencingToken()).isPositive();
        }
    }
}
