package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.transaction.RollbackException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** An administrator, or a server setting, ends a session: a waiter hears of it at once, and a holder cannot commit. */
@ExtendWith(NoLockLeft.class)
@Timeout(120)
class AnEndedBackendCommitsNothingIT {

    private static final long KEY = Sql.key("1");

    private final Application application = Application.start();
    private final Bank bank = application.bank();

    @BeforeEach
    void makeAccounts() throws SQLException {
        Sql.createAccounts(1);
    }

    @AfterEach
    void stop() throws SQLException {
        application.close();
        Sql.dropAccounts();
    }

    @Test
    void asAWaiter() throws Exception {
        assertThat(endedWaiter("pg_terminate_backend"))
                .isInstanceOf(AdvisoryLockException.class)
                .hasMessageContainingAll("ADVLOCK-0106", "57P01");
    }

    @Test
    void asAWaiterWhoseStatementIsCancelled() throws Exception {
        assertThat(endedWaiter("pg_cancel_backend"))
                .isInstanceOf(AdvisoryLockException.class)
                .hasMessageContainingAll("ADVLOCK-0103", "57014");
    }

    private Throwable endedWaiter(String function) throws Exception {
        try (Rival rival = Rival.holding(KEY)) {
            CompletableFuture<Throwable> failure = Application.async(() -> catchThrowable(() -> bank.unlocked(() -> {
                bank.add(1, 1);
                return bank.locked("1", () -> {
                    throw new AssertionError("called without a lock");
                });
            })));
            Rival.awaitWaiter(KEY);
            Sql.number("SELECT " + function + "(" + Sql.waiter(KEY) + ")::int");
            Throwable told = failure.get();
            Rival.awaitWaiters(KEY, 0);
            assertThat(Sql.balance(1)).isZero();
            return told;
        }
    }

    @Test
    void asAHolderAndTheNextOneSeesNothingOfIt() throws Exception {
        Throwable failure = catchThrowable(() -> bank.locked("1", () -> {
            long sum = bank.add(1, 1);
            Sql.number("SELECT pg_terminate_backend(" + Sql.holder(KEY) + ")::int");
            try (Rival next = Rival.open()) {
                next.lock(KEY);
                Sql.run(next.connection(), "UPDATE faults_account SET balance = balance + 100");
                next.commit();
            }
            return sum;
        }));
        assertThat(failure).isInstanceOf(RollbackException.class);
        assertThat(Sql.balance(1)).isEqualTo(100);
        bank.locked("1", () -> bank.add(1, 1));
        assertThat(Sql.balance(1)).isEqualTo(101);
    }

    @Test
    void asAHolderThatWasIdleForTooLong() throws Exception {
        Throwable failure = catchThrowable(() -> bank.locked("1", () -> {
            long sum = bank.add(1, 1);
            bank.sql("SET LOCAL idle_in_transaction_session_timeout = 100");
            int backend = Sql.holder(KEY);
            Await.until("the idle session was not ended", () -> !Sql.isAlive(backend));
            return sum;
        }));
        assertThat(failure).isInstanceOf(RollbackException.class);
        assertThat(Sql.balance(1)).isZero();
    }
}
