package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Transaction;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The transaction manager's reaper ends the transaction in each phase of a call. A transaction that it has ended guards
 * nothing.
 */
@ExtendWith({NoLockLeft.class, OneAccount.class})
@Timeout(120)
class ATimedOutTransactionNeverRunsTheMethodIT {

    private static final long KEY = PlainSql.key("1");

    private BankApplication application;
    private LockedBank bank;
    private final CompletableFuture<Transaction> timed = new CompletableFuture<>();

    @AfterEach
    void stop() {
        application.close();
    }

    private void startWhereNobodyTells() throws Exception {
        start(BankApplication.withSilentManager(JtaStack::dataSource));
    }

    private void start(BankApplication started) throws Exception {
        application = started;
        bank = application.bank();
        bank.locked("warm up", () -> 1);
    }

    private CompletableFuture<Throwable> inAShortTransaction(Callable<Object> work) {
        return inATransactionOf(2, work);
    }

    /**
     * Runs work in a transaction with this timeout, and returns what the work threw. Then the transaction has ended.
     */
    private CompletableFuture<Throwable> inATransactionOf(int seconds, Callable<Object> work) {
        return BankApplication.async(() -> {
            application.transactions().setTransactionTimeout(seconds);
            application.transactions().begin();
            timed.complete(application.transactions().getTransaction());
            Throwable thrown = catchThrowable(work::call);
            assertThat(catchThrowable(() -> application.transactions().commit()))
                    .as("a commit")
                    .isInstanceOf(RollbackException.class);
            return thrown;
        });
    }

    private Object addLocked() throws Exception {
        return bank.locked("1", () -> {
            throw new AssertionError("called without a lock");
        });
    }

    private boolean isReaped() throws Exception {
        return timed.get().getStatus() != Status.STATUS_ACTIVE;
    }

    private void awaitReaper() {
        Await.until("the reaper has not come", this::isReaped);
    }

    private static void assertRefused(Throwable refusal, String id) {
        assertThat(refusal).isInstanceOf(LockGuardException.class).hasMessageContaining(id);
    }

    private void assertServedAgain() throws Exception {
        assertThat(PlainSql.balance(1)).isZero();
        assertThat(bank.locked("1", () -> bank.add(1, 1))).isEqualTo(1);
        assertThat(PlainSql.balance(1)).isEqualTo(1);
    }

    @Test
    void beforeTheLockCall() throws Exception {
        startWhereNobodyTells();
        CompletableFuture<Throwable> refusal = inAShortTransaction(() -> {
            bank.add(1, 1);
            awaitReaper();
            return addLocked();
        });
        assertRefused(refusal.get(), "ADVLOCK-0302");
        assertServedAgain();
    }

    @Test
    void atTheGate() throws Exception {
        startWhereNobodyTells();
        CompletableFuture<Thread> waiter = new CompletableFuture<>();
        bank.locked("1", () -> {
            // The call has begun this transaction, so it holds nothing and stays at the gate.
            CompletableFuture<Throwable> refusal = BankApplication.async(() -> {
                waiter.complete(Thread.currentThread());
                application.transactions().setTransactionTimeout(2);
                return catchThrowable(this::addLocked);
            });
            Await.atGate(waiter.get());
            // It must not be the failed commit that Narayana's interceptor would throw instead.
            assertRefused(refusal.get(), "ADVLOCK-0303");
            return 1;
        });
        assertServedAgain();
    }

    @Test
    void whileItWaitsInTheServer() throws Exception {
        startWhereNobodyTells();
        assertRefusedWhileItWaitsInTheServer();
    }

    @Test
    void whileItWaitsInTheServerInAnXaBranch() throws Exception {
        start(BankApplication.withSilentManager(JtaStack::xaDataSource));
        assertRefusedWhileItWaitsInTheServer();
    }

    private void assertRefusedWhileItWaitsInTheServer() throws Exception {
        try (Rival rival = Rival.holding(KEY)) {
            CompletableFuture<Throwable> refusal = inAShortTransaction(this::addLocked);
            Rival.awaitWaiter(KEY);
            awaitReaper();
            rival.commit();
            assertRefused(refusal.get(), "ADVLOCK-0303");
        }
        assertServedAgain();
    }

    @Test
    void afterTheGrantAndBeforeItsAnswerIsRead() throws Exception {
        try (TcpProxy proxy = TcpProxy.toDatabase()) {
            start(BankApplication.withSilentManager(BankApplication.pool(proxy.jdbcUrl())));
            assertRefusedWhenHeldBack(proxy, 2);
            assertServedAgain();
        }
    }

    /**
     * Here the manager tells the remaining time, so the wait ends early. But the proxy holds the answer back for too
     * long.
     */
    @Test
    void afterTheGrantWhereTheManagerTellsTheTimeLeft() throws Exception {
        try (TcpProxy proxy = TcpProxy.toDatabase()) {
            start(BankApplication.at(proxy.jdbcUrl()));
            assertRefusedWhenHeldBack(proxy, 8);
            assertServedAgain();
        }
    }

    private void assertRefusedWhenHeldBack(TcpProxy proxy, int seconds) throws Exception {
        try (Rival rival = Rival.holding(KEY)) {
            CompletableFuture<Throwable> refusal = inATransactionOf(seconds, this::addLocked);
            Rival.awaitWaiter(KEY);
            int backend = PlainSql.waiter(KEY);
            proxy.blackhole(true);
            rival.commit();
            Await.until("the waiter was not granted the key", () -> PlainSql.holder(KEY) == backend);
            awaitReaper();
            proxy.blackhole(false);
            assertRefused(refusal.get(), "ADVLOCK-0303");
        }
    }

    @Test
    void whileTheMethodRunsNothingThatItWroteBeforeOrWritesAfterwardsIsSaved() throws Exception {
        startWhereNobodyTells();
        CompletableFuture<Throwable> thrown = inAShortTransaction(() -> bank.locked("1", () -> {
            bank.add(1, 1);
            awaitReaper();
            Await.until("the reaper does not let go", () -> PlainSql.holder(KEY) == 0);
            PlainSql.run("UPDATE faults_account SET balance = 100");
            return bank.add(1, 1);
        }));
        thrown.get();
        assertThat(PlainSql.balance(1)).isEqualTo(100);
    }

    @Test
    void aLockCallInsideSuchAMethodIsRefusedToo() throws Exception {
        startWhereNobodyTells();
        CompletableFuture<Throwable> refusal = inAShortTransaction(() -> bank.locked("1", () -> {
            awaitReaper();
            application.locks().acquire("1");
            return 1;
        }));
        assertRefused(refusal.get(), "ADVLOCK-0302");
        assertServedAgain();
    }

    @Test
    void whereTheManagerTellsTheTimeLeftTheWaitAtTheGateEndsBefore() throws Exception {
        start(BankApplication.start());
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        CompletableFuture<Integer> holder = BankApplication.async(() -> bank.locked("1", () -> {
            inside.countDown();
            Await.latch(end);
            return 1;
        }));
        Await.latch(inside);
        CompletableFuture<Throwable> refusal = BankApplication.async(() -> {
            application.transactions().setTransactionTimeout(5);
            return catchThrowable(this::addLocked);
        });
        assertThat(refusal.get())
                .isInstanceOf(LockTimeoutException.class)
                .hasMessageContainingAll("ADVLOCK-0113", "a transaction of this JVM");
        end.countDown();
        assertThat(holder.get()).isEqualTo(1);
        assertServedAgain();
    }
}
