package org.advisorylock.impl.faults;

import static org.advisorylock.impl.Requests.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockHandle;
import org.advisorylock.LockRequest;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** However a request for session locks ends, no connection goes back to the pool with a lock. */
@ExtendWith({NoLockLeft.class, Heartbeat.class})
@Timeout(120)
class ASessionLockIsNeverLeftInAPoolIT {

    private final BankApplication application = BankApplication.start();

    @AfterEach
    void stop() {
        application.close();
    }

    @Test
    void byAWaiterThatEndsADeadlock() throws Exception {
        List<AdvisoryLockKey> keys = List.of(AdvisoryLockKey.of(1), AdvisoryLockKey.of(2));
        CompletableFuture<LockHandle> waiter;
        CompletableFuture<Boolean> second;
        try (Rival first = Rival.holding(1);
                Rival other = Rival.holding(2)) {
            // So the server does not choose this session as the victim, and it cannot wait for ever for a lock that the
            // library has forgotten.
            PlainSql.run(other.connection(), "SET LOCAL deadlock_timeout = '1min'", "SET LOCAL lock_timeout = '20s'");
            waiter = BankApplication.async(() -> application.sessions().acquire(all(keys)));
            Rival.awaitWaiter(1);
            second = BankApplication.async(() -> {
                other.lock(1);
                return true;
            });
            Rival.awaitWaiters(1, 2);
            first.commit();
            // The waiter has 1 now and waits for 2, whose holder waits for 1.
            Throwable ended = catchThrowable(() -> waiter.get(30, TimeUnit.SECONDS));
            assertThat(ended.getCause()).isInstanceOf(AdvisoryLockException.class);
            assertThat(second.get(30, TimeUnit.SECONDS)).isTrue();
        }
        application.awaitNoneBorrowed();
        assertThat(application.monitor().locks()).isEmpty();
    }

    /** PostgreSQL may grant the lock and still report the timeout. */
    @Test
    void byATimeoutThatCameTogetherWithTheGrant() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Boolean> others = BankApplication.async(() -> {
            try (Rival rival = Rival.open()) {
                while (!over.get()) {
                    rival.lock(1);
                    rival.commit();
                }
            }
            return true;
        });
        int served = 0;
        for (int call = 0; call < 500; call++) {
            Optional<LockHandle> handle = application
                    .sessions()
                    .tryAcquire(LockRequest.of(AdvisoryLockKey.of(1)), Duration.ofMillis(1 + call % 3));
            served += handle.isPresent() ? 1 : 0;
            handle.ifPresent(LockHandle::close);
        }
        over.set(true);
        assertThat(others.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(served).isPositive();
        application.awaitNoneBorrowed();
    }

    @Test
    void byATransactionThatWasAborted() throws Exception {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> application.jobs().inTransaction("k", () -> {
                    application.bank().sql("SELECT 1 / 0");
                    return 1;
                }));
        assertThat(PlainSql.holder(PlainSql.key("k"))).isZero();
        application.transactions().begin();
        LockHandle handle = application.sessions().acquire("k");
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> application.bank().sql("SELECT 1 / 0"));
        handle.close();
        assertThat(PlainSql.holder(PlainSql.key("k"))).isPositive();
        application.transactions().rollback();
        assertThat(PlainSql.holder(PlainSql.key("k"))).isZero();
    }

    @Test
    void byAnApplicationThatEndsWhileOthersWait() throws Exception {
        try (Rival rival = Rival.holding(1)) {
            assertThat(rival.pid()).isPositive();
            BankApplication ending = BankApplication.start();
            CompletableFuture<LockHandle> waiter =
                    BankApplication.async(() -> ending.sessions().acquire(LockRequest.of(AdvisoryLockKey.of(1))));
            Rival.awaitWaiter(1);
            LockHandle held = ending.sessions().acquire("held");
            CountDownLatch told = new CountDownLatch(1);
            held.onLost(told::countDown);
            CompletableFuture<Boolean> ended = BankApplication.async(() -> {
                ending.close();
                return true;
            });
            Await.latch(told);
            assertThat(ended.get(5, TimeUnit.SECONDS)).isTrue();
            assertThatExceptionOfType(Exception.class).isThrownBy(() -> waiter.get(5, TimeUnit.SECONDS));
            Rival.awaitWaiters(1, 0);
        }
    }

    /** Its lock is kept for one more second, and belongs to no handle. */
    @Test
    void norLeftToAThreadThatHasGivenItBack() throws Exception {
        application.jobs().keptForASecond("k", () -> 1);
        long began = System.nanoTime();
        assertThat(application.bank().locked("k", () -> 1)).isOne();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(500));

        LockHandle shared =
                application.sessions().acquire(LockRequest.of("shared").shared());
        shared.holdAtLeast(Duration.ofMillis(300));
        shared.close();
        application.sessions().acquire("shared").close();
    }

    @Test
    void allHandlesKnowOfALossBeforeTheFirstIsTold() throws Exception {
        List<LockHandle> handles = new ArrayList<>();
        for (int key = 0; key < 20; key++) {
            handles.add(application.sessions().acquire(LockRequest.of(AdvisoryLockKey.of(key))));
        }
        CompletableFuture<Long> heldStill = new CompletableFuture<>();
        for (LockHandle handle : handles) {
            handle.onLost(() -> heldStill.complete(
                    handles.stream().filter(LockHandle::isHeld).count()));
        }
        PlainSql.run("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");
        assertThat(heldStill.get(30, TimeUnit.SECONDS)).isZero();
        handles.forEach(LockHandle::close);
        application.sessions().acquire(LockRequest.of(AdvisoryLockKey.of(0))).close();
    }
}
