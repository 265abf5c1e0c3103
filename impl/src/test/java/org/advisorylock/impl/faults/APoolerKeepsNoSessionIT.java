package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.advisorylock.LockRequest;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Through a PgBouncer: {@code mvn -Ppgbouncer -pl impl -am verify}. */
@Tag("pgbouncer")
@ExtendWith({NoLockLeft.class, Heartbeat.class})
@Timeout(120)
class APoolerKeepsNoSessionIT {

    @ParameterizedTest
    @ValueSource(strings = {"prepareThreshold=0", "prepareThreshold=5"})
    void inTransactionModeSessionLocksAreRefused(String statements) throws Exception {
        try (PgBouncer pooler = PgBouncer.in("transaction");
                BankApplication application =
                        BankApplication.at(pooler.jdbcUrl().replace("prepareThreshold=0", statements))) {
            for (int time = 0; time < 3; time++) {
                assertThatExceptionOfType(LockGuardException.class)
                        .isThrownBy(() -> application.jobs().guarded("k", () -> {
                            throw new AssertionError("called without a lock");
                        }))
                        .withMessageContainingAll(
                                "ADVLOCK-0316", "advisorylock.session.datasource", "scope = TRANSACTION");
                assertThatExceptionOfType(LockGuardException.class).isThrownBy(() -> application
                        .sessions()
                        .tryAcquire(LockRequest.of("k").permits(3), Duration.ZERO));
            }
            // The sessions of the pooler live on. None of them may still hold a lock of a refused request.
            assertThat(PlainSql.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
                    .isZero();
        }
    }

    @Test
    void inTransactionModeWhileOthersUseIt() throws Exception {
        try (PgBouncer pooler = PgBouncer.in("transaction");
                BankApplication application = BankApplication.at(pooler.jdbcUrl())) {
            List<Connection> busy = new ArrayList<>();
            for (int other = 0; other < 3; other++) {
                Connection connection = application.connect();
                connection.setAutoCommit(false);
                PlainSql.number(connection, "SELECT 1");
                busy.add(connection);
            }
            assertThatExceptionOfType(LockGuardException.class)
                    .isThrownBy(() -> application.sessions().acquire("k"))
                    .withMessageContaining("ADVLOCK-0316");
            for (Connection connection : busy) {
                connection.rollback();
                connection.close();
            }
        }
    }

    @Test
    void inSessionModeSessionLocksWork() throws Exception {
        try (PgBouncer pooler = PgBouncer.in("session");
                BankApplication application = BankApplication.at(pooler.jdbcUrl())) {
            LockHandle handle = application.sessions().acquire("k");
            assertThat(handle.fencingToken()).isPositive();
            try (Rival rival = Rival.open()) {
                assertThat(rival.tryLock(PlainSql.key("k"))).isFalse();
            }
            CompletableFuture<Boolean> waiter;
            try (Rival rival = Rival.holding(PlainSql.key("other"))) {
                assertThat(rival.pid()).isPositive();
                waiter = BankApplication.async(() -> application.jobs().guarded("other", () -> true));
                Rival.awaitWaiter(PlainSql.key("other"));
            }
            assertThat(waiter.get(30, TimeUnit.SECONDS)).isTrue();
            handle.close();
            assertThat(PlainSql.holder(PlainSql.key("k"))).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"transaction", "session"})
    void transactionLocksWorkInBothModes(String mode) throws Exception {
        PlainSql.createAccounts(1);
        try (PgBouncer pooler = PgBouncer.in(mode);
                BankApplication application = BankApplication.at(pooler.jdbcUrl())) {
            List<CompletableFuture<Integer>> threads = new ArrayList<>();
            for (int thread = 0; thread < 6; thread++) {
                threads.add(BankApplication.async(() -> {
                    for (int call = 0; call < 50; call++) {
                        application.bank().locked("1", () -> application.bank().add(1, 1));
                    }
                    return 1;
                }));
            }
            for (CompletableFuture<Integer> thread : threads) {
                thread.get(60, TimeUnit.SECONDS);
            }
        }
        assertThat(PlainSql.balance(1)).isEqualTo(300);
        PlainSql.dropAccounts();
    }
}
