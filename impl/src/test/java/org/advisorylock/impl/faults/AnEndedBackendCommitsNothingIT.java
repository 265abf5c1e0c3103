package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.transaction.RollbackException;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** An administrator or a server setting ends a session. A waiter is told at once, and a holder cannot commit. */
@ExtendWith({NoLockLeft.class, OneAccount.class})
@Timeout(120)
class AnEndedBackendCommitsNothingIT {

    private static final long KEY = PlainSql.key("1");

    private final BankApplication application = BankApplication.start();
    private final LockedBank bank = application.bank();

    @AfterEach
    void stop() {
        application.close();
    }

    @Test
    void asAWaiter() throws Exception {
        assertThat(endWaiter("pg_terminate_backend"))
                .isInstanceOf(AdvisoryLockException.class)
                .hasMessageContainingAll("ADVLOCK-0106", "57P01");
    }

    @Test
    void asAWaiterWhoseStatementIsCancelled() throws Exception {
        assertThat(endWaiter("pg_cancel_backend"))
                .isInstanceOf(AdvisoryLockException.class)
                .hasMessageContainingAll("ADVLOCK-0103", "57014");
    }

    private Throwable endWaiter(String function) throws Exception {
        try (Rival rival = Rival.holding(KEY)) {
            CompletableFuture<Throwable> failure =
                    BankApplication.async(() -> catchThrowable(() -> bank.unlocked(() -> {
                        bank.add(1, 1);
                        return bank.locked("1", () -> {
                            throw new AssertionError("called without a lock");
                        });
                    })));
            Rival.awaitWaiter(KEY);
            PlainSql.number("SELECT " + function + "(" + PlainSql.waiter(KEY) + ")::int");
            Throwable told = failure.get();
            Rival.awaitWaiters(KEY, 0);
            assertThat(PlainSql.balance(1)).isZero();
            return told;
        }
    }

    @Test
    void asAHolderAndTheNextOneSeesNothingOfIt() throws Exception {
        Throwable failure = catchThrowable(() -> bank.locked("1", () -> {
            long sum = bank.add(1, 1);
            PlainSql.number("SELECT pg_terminate_backend(" + PlainSql.holder(KEY) + ")::int");
            try (Rival next = Rival.open()) {
                next.lock(KEY);
                PlainSql.run(next.connection(), "UPDATE faults_account SET balance = balance + 100");
                next.commit();
            }
            return sum;
        }));
        assertThat(failure).isInstanceOf(RollbackException.class);
        assertThat(PlainSql.balance(1)).isEqualTo(100);
        bank.locked("1", () -> bank.add(1, 1));
        assertThat(PlainSql.balance(1)).isEqualTo(101);
    }

    @Test
    void asAHolderThatWasIdleForTooLong() throws Exception {
        Throwable failure = catchThrowable(() -> bank.locked("1", () -> {
            long sum = bank.add(1, 1);
            bank.sql("SET LOCAL idle_in_transaction_session_timeout = 100");
            int backend = PlainSql.holder(KEY);
            Await.until("the idle session was not ended", () -> !PlainSql.isAlive(backend));
            return sum;
        }));
        assertThat(failure).isInstanceOf(RollbackException.class);
        assertThat(PlainSql.balance(1)).isZero();
    }
}
