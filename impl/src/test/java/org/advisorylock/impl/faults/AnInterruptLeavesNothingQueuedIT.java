package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** An interrupt ends a wait anywhere, keeps the interrupt status, and leaves nothing in a queue. */
@ExtendWith(NoLockLeft.class)
@Timeout(120)
class AnInterruptLeavesNothingQueuedIT {

    private static final long KEY = PlainSql.key("k");

    private final CompletableFuture<Thread> waiter = new CompletableFuture<>();
    private BankApplication application;
    private LockedBank bank;

    @AfterEach
    void stop() {
        application.close();
    }

    private void start(BankApplication started) throws Exception {
        application = started;
        bank = application.bank();
        bank.locked("warm up", () -> 1);
    }

    /** What a call threw in its own thread, and whether the thread was still interrupted afterwards. */
    private record End(Throwable thrown, boolean interrupted) {}

    private CompletableFuture<End> call(Callable<Object> call) {
        return BankApplication.async(() -> {
            waiter.complete(Thread.currentThread());
            Throwable thrown = catchThrowable(call::call);
            return new End(thrown, Thread.interrupted());
        });
    }

    private Object neverCalled() throws Exception {
        return bank.patiently("k", () -> {
            throw new AssertionError("called without a lock");
        });
    }

    private static void assertInterrupted(CompletableFuture<End> call) throws Exception {
        End end = call.get();
        assertThat(end.thrown()).isInstanceOf(AdvisoryLockException.class).hasMessageContaining("ADVLOCK-0110");
        assertThat(end.interrupted()).isTrue();
    }

    @Test
    void beforeACallThatNeedNotWaitItDoesNoHarm() throws Exception {
        start(BankApplication.start());
        CompletableFuture<End> call = call(() -> {
            Thread.currentThread().interrupt();
            return bank.locked("k", () -> assertThat(PlainSql.holder(KEY)).isNotZero());
        });
        assertThat(call.get()).isEqualTo(new End(null, true));
    }

    @Test
    void beforeACallThatMustWait() throws Exception {
        start(BankApplication.start());
        try (Rival rival = Rival.holding(KEY)) {
            assertInterrupted(call(() -> {
                Thread.currentThread().interrupt();
                return neverCalled();
            }));
            Rival.awaitWaiters(KEY, 0);
        }
    }

    @Test
    void atTheGate() throws Exception {
        start(BankApplication.start());
        bank.locked("k", () -> {
            CompletableFuture<End> call = call(this::neverCalled);
            Await.atGate(waiter.get());
            waiter.get().interrupt();
            assertInterrupted(call);
            return 1;
        });
        assertThat(bank.locked("k", () -> 2)).isEqualTo(2);
    }

    @Test
    void inTheServer() throws Exception {
        start(BankApplication.start());
        try (Rival rival = Rival.holding(KEY)) {
            CompletableFuture<End> call = call(this::neverCalled);
            Rival.awaitWaiter(KEY);
            waiter.get().interrupt();
            assertInterrupted(call);
            Rival.awaitWaiters(KEY, 0);
        }
    }

    @Test
    void inTheServerWhileItWaitsForSeveralKeysOfWhichOneIsFree() throws Exception {
        start(BankApplication.start());
        try (Rival rival = Rival.holding(KEY)) {
            CompletableFuture<End> call = call(() -> bank.all(List.of("k", "free", "free too"), () -> {
                throw new AssertionError("called without a lock");
            }));
            Rival.awaitWaiter(KEY);
            waiter.get().interrupt();
            assertInterrupted(call);
            assertThat(rival.tryLock(PlainSql.key("free"))).isTrue();
            assertThat(rival.tryLock(PlainSql.key("free too"))).isTrue();
        }
    }

    /** The server has granted the lock, so it is held. The interrupt stays for the next wait of the thread. */
    @Test
    void afterTheGrantAndBeforeItsAnswerIsReadItComesTooLate() throws Exception {
        try (TcpProxy proxy = TcpProxy.toDatabase()) {
            start(BankApplication.at(proxy.jdbcUrl()));
            try (Rival rival = Rival.holding(KEY)) {
                CompletableFuture<End> call = call(() -> bank.patiently(
                        "k", () -> assertThat(PlainSql.holder(KEY)).isNotZero()));
                Rival.awaitWaiter(KEY);
                int backend = PlainSql.waiter(KEY);
                proxy.blackhole(true);
                rival.commit();
                Await.until("the waiter was not granted the key", () -> PlainSql.holder(KEY) == backend);
                waiter.get().interrupt();
                Await.until("nobody cancels the statement", AnInterruptLeavesNothingQueuedIT::isCancelling);
                proxy.blackhole(false);
                assertThat(call.get()).isEqualTo(new End(null, true));
            }
        }
    }

    @Test
    void whileTheCancelOfAnotherOneHangs() throws Exception {
        try (TcpProxy proxy = TcpProxy.toDatabase()) {
            String url = proxy.jdbcUrl();
            String hanging = url + (url.contains("?") ? "&" : "?") + "cancelSignalTimeout=100";
            ThreadLocal<Boolean> byProxy = ThreadLocal.withInitial(() -> false);
            start(BankApplication.on(jta -> {
                DataSource slow = BankApplication.pool(hanging).apply(jta);
                return new Chosen(() -> byProxy.get() ? slow : jta.dataSource());
            }));
            long other = PlainSql.key("other");
            try (Rival rival = Rival.holding(KEY, other)) {
                CompletableFuture<Thread> first = new CompletableFuture<>();
                CompletableFuture<Throwable> hangs = BankApplication.async(() -> {
                    byProxy.set(true);
                    first.complete(Thread.currentThread());
                    return catchThrowable(() -> bank.patiently("other", () -> 1));
                });
                Rival.awaitWaiter(other);
                CompletableFuture<End> call = call(this::neverCalled);
                Rival.awaitWaiter(KEY);
                proxy.blackhole(true);
                first.get().interrupt();
                Await.until("nobody cancels the statement", AnInterruptLeavesNothingQueuedIT::isCancelling);
                waiter.get().interrupt();
                Await.until("the interrupt waits for another one", call::isDone);
                assertInterrupted(call);
                proxy.blackhole(false);
                assertThat(hangs.get()).hasMessageContaining("ADVLOCK-0110");
            }
        }
    }

    private static boolean isCancelling() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getClassName().startsWith("org.postgresql.")
                        && frame.getMethodName().equals("sendQueryCancel"));
    }
}
