package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.transaction.TransactionalException;
import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.LockGuardException;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A lock belongs to a transaction: neither to the thread that took it, nor to another one that works for it. */
@ExtendWith(NoLockLeft.class)
@Timeout(120)
class AnotherThreadHoldsNothingIT {

    private static final long KEY = PlainSql.key("k");

    private static BankApplication application;
    private static LockedBank bank;

    @BeforeAll
    static void start() throws Exception {
        application = BankApplication.start();
        bank = application.bank();
        bank.locked("warm up", () -> 1);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @Test
    void thanTheOneWhoseTransactionItIs() throws Exception {
        bank.locked("k", () -> {
            CompletableFuture<Throwable> without = BankApplication.async(
                    () -> catchThrowable(() -> application.locks().assertHeld("k")));
            assertThat(without.get()).isInstanceOf(LockGuardException.class).hasMessageContaining("ADVLOCK-0307");
            CompletableFuture<Throwable> asking = BankApplication.async(
                    () -> catchThrowable(() -> application.locks().acquire("k")));
            assertThat(asking.get()).isInstanceOf(TransactionalException.class).hasMessageContaining("ADVLOCK-0301");
            CompletableFuture<Boolean> another = BankApplication.async(
                    () -> application.inTransaction(() -> application.locks().isHeld("k")));
            assertThat(another.get()).isFalse();
            application.locks().assertHeld("k");
            return 1;
        });
    }

    /** A virtual thread that parks with a monitor would be pinned to its carrier. */
    @Test
    void andAWaiterAtTheGateHoldsNoMonitor() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        List<CompletableFuture<Integer>> call = new ArrayList<>();
        bank.locked("k", () -> {
            call.add(startWaiter(thread));
            Await.atGate(thread.get());
            assertThat(monitors(thread.get())).isEmpty();
            return 1;
        });
        assertThat(call.get(0).get()).isEqualTo(1);
    }

    @Test
    void andAWaiterInTheServerHoldsNoMonitorOfTheLibrary() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        try (Rival rival = Rival.holding(KEY)) {
            CompletableFuture<Integer> call = startWaiter(thread);
            Rival.awaitWaiter(KEY);
            assertThat(monitors(thread.get()))
                    .extracting(monitor -> monitor.getLockedStackFrame().getClassName())
                    .noneMatch(name -> name.startsWith("org.advisorylock."));
            rival.commit();
            assertThat(call.get()).isEqualTo(1);
        }
    }

    private static CompletableFuture<Integer> startWaiter(CompletableFuture<Thread> thread) {
        return BankApplication.async(() -> {
            thread.complete(Thread.currentThread());
            return bank.locked("k", () -> 1);
        });
    }

    private static MonitorInfo[] monitors(Thread thread) {
        ThreadInfo info =
                ManagementFactory.getThreadMXBean().getThreadInfo(new long[] {thread.getId()}, true, false)[0];
        return info.getLockedMonitors();
    }
}
