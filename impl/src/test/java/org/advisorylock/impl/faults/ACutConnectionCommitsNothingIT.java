package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.transaction.RollbackException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Wherever the network fails, the caller gets an error, nothing is written, and the key becomes free. */
@ExtendWith({NoLockLeft.class, OneAccount.class})
@Timeout(120)
class ACutConnectionCommitsNothingIT {

    private static final long KEY = PlainSql.key("1");

    private TcpProxy proxy;
    private BankApplication application;
    private LockedBank bank;

    @AfterEach
    void stop() throws IOException {
        application.close();
        proxy.close();
    }

    /**
     * Goes through the proxy, with these parameters in the URL. Runs one transaction, so that the DataSource is proved.
     */
    private void start(String parameters) throws Exception {
        proxy = TcpProxy.toDatabase();
        String url = proxy.jdbcUrl();
        application = BankApplication.at(url + (url.contains("?") ? "&" : "?") + parameters);
        bank = application.bank();
        bank.locked("warm up", () -> 1);
    }

    private CompletableFuture<Throwable> add() {
        return BankApplication.async(() -> catchThrowable(() -> bank.locked("1", () -> bank.add(1, 1))));
    }

    private static void assertLost(Throwable failure) {
        assertThat(failure).isInstanceOf(AdvisoryLockException.class).hasMessageContaining("ADVLOCK-0106");
    }

    /** The pool's other connections were cut as well. The pool does not test them, so each of them fails once. */
    private void assertServedAgain() throws Exception {
        long before = PlainSql.balance(1);
        Throwable failure = add().get();
        for (int dead = 1; failure != null && dead < BankApplication.POOL; dead++) {
            assertLost(failure);
            failure = add().get();
        }
        assertThat(failure).isNull();
        assertThat(PlainSql.balance(1)).isEqualTo(before + 1);
    }

    @Test
    void whileItWaitsInTheServer() throws Exception {
        start("");
        try (Rival rival = Rival.holding(KEY)) {
            CompletableFuture<Throwable> failure = add();
            Rival.awaitWaiter(KEY);
            proxy.cut();
            assertLost(failure.get());
            rival.commit();
            Rival.awaitWaiters(KEY, 0);
        }
        assertThat(PlainSql.balance(1)).isZero();
        assertServedAgain();
    }

    @Test
    void whileItWaitsAndItsOrphanLeavesTheQueueWhereTheServerLooksForIt() throws Exception {
        start("options=-c%20client_connection_check_interval=200");
        try (Rival rival = Rival.holding(KEY)) {
            CompletableFuture<Throwable> failure = add();
            Rival.awaitWaiter(KEY);
            proxy.cut();
            assertLost(failure.get());
            Rival.awaitWaiters(KEY, 0);
            assertThat(rival.tryLock(KEY)).isTrue();
        }
        assertServedAgain();
    }

    @Test
    void afterTheGrantAndBeforeItsAnswerIsRead() throws Exception {
        start("");
        try (Rival rival = Rival.holding(KEY)) {
            CompletableFuture<Throwable> failure = add();
            Rival.awaitWaiter(KEY);
            int backend = PlainSql.waiter(KEY);
            proxy.blackhole(true);
            rival.commit();
            Await.until("the waiter was not granted the key", () -> PlainSql.holder(KEY) == backend);
            proxy.cut();
            proxy.blackhole(false);
            assertLost(failure.get());
        }
        assertThat(PlainSql.balance(1)).isZero();
        assertServedAgain();
    }

    @Test
    void betweenTheLockAndTheCommit() throws Exception {
        start("");
        Throwable failure = catchThrowable(() -> bank.locked("1", () -> {
            long sum = bank.add(1, 1);
            proxy.cut();
            return sum;
        }));
        assertThat(failure).isInstanceOf(RollbackException.class);
        Await.until("the lost holder keeps the key", () -> PlainSql.holder(KEY) == 0);
        assertThat(PlainSql.balance(1)).isZero();
        assertServedAgain();
    }

    @Test
    void beforeTheLockIsAskedForInATransactionThatHasWritten() throws Exception {
        start("");
        Throwable failure = catchThrowable(() -> bank.unlocked(() -> {
            bank.add(1, 1);
            proxy.cut();
            return bank.locked("1", () -> {
                throw new AssertionError("called without a lock");
            });
        }));
        assertLost(failure);
        assertThat(PlainSql.balance(1)).isZero();
        assertServedAgain();
    }

    @Test
    void intoABlackHoleTheCallEndsAfterTheSocketTimeout() throws Exception {
        start("socketTimeout=2");
        proxy.blackhole(true);
        Throwable failure = catchThrowable(() -> bank.locked("1", () -> bank.add(1, 1)));
        proxy.blackhole(false);
        assertLost(failure);
        assertThat(PlainSql.balance(1)).isZero();
        assertServedAgain();
    }

    @Test
    void whereTheSocketTimeoutIsShorterThanTheWait() throws Exception {
        start("socketTimeout=1");
        try (Rival rival = Rival.holding(KEY)) {
            assertLost(add().get());
            rival.commit();
            Rival.awaitWaiters(KEY, 0);
        }
        assertThat(PlainSql.balance(1)).isZero();
        assertServedAgain();
    }

    @Test
    void inABlackHoleAHolderLosesTheLockWithinTheServersBound() throws Exception {
        start("options=-c%20idle_in_transaction_session_timeout=500");
        Throwable failure = catchThrowable(() -> bank.locked("1", () -> {
            long sum = bank.add(1, 1);
            proxy.blackhole(true);
            try (Rival next = Rival.open()) {
                next.lock(KEY);
                PlainSql.run(next.connection(), "UPDATE faults_account SET balance = balance + 100");
                next.commit();
            }
            proxy.blackhole(false);
            return sum;
        }));
        assertThat(failure).isInstanceOf(RollbackException.class);
        assertThat(PlainSql.balance(1)).isEqualTo(100);
        assertServedAgain();
    }

    @Test
    void butAnAnswerThatOnlyComesLateIsALock() throws Exception {
        start("");
        try (Rival rival = Rival.holding(KEY)) {
            CompletableFuture<Boolean> held = BankApplication.async(() -> bank.briefly("1", () -> {
                try (Rival other = Rival.open()) {
                    return !other.tryLock(KEY);
                }
            }));
            Rival.awaitWaiter(KEY);
            int backend = PlainSql.waiter(KEY);
            proxy.blackhole(true);
            rival.commit();
            long granted = System.nanoTime();
            Await.until("the waiter was not granted the key", () -> PlainSql.holder(KEY) == backend);
            // The answer comes after the wait has ended. The server granted the lock in time, so the lock is held.
            Await.until("the clock stands", () -> System.nanoTime() - granted > 400_000_000);
            proxy.blackhole(false);
            assertThat(held.get()).isTrue();
        }
    }
}
