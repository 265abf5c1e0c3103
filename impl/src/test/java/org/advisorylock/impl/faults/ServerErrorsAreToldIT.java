package org.advisorylock.impl.faults;

import static org.advisorylock.impl.Requests.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.transaction.RollbackException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Each error of the server has its own message, and code that swallows the exception cannot commit. The tests have a
 * small server of their own.
 */
@Timeout(120)
class ServerErrorsAreToldIT {

    private static final long KEY = PlainSql.key("k");

    private static OwnServer server;

    private BankApplication application;
    private LockedBank bank;

    @BeforeAll
    static void startServer() throws Exception {
        server = OwnServer.start(Map.of("max_connections", "20", "max_locks_per_transaction", "10"));
        server.run(
                "CREATE ROLE teller LOGIN",
                "CREATE DATABASE revoked",
                "CREATE TABLE faults_account (id int PRIMARY KEY, balance bigint NOT NULL)",
                "INSERT INTO faults_account VALUES (1, 0)");
        try (Connection revoked = DriverManager.getConnection(server.jdbcUrl("revoked", "postgres"))) {
            // Each database has its own privileges on a function.
            PlainSql.run(
                    revoked,
                    "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_try_advisory_xact_lock(bigint) FROM PUBLIC",
                    "CREATE TABLE faults_account AS SELECT 1 AS id, 0::bigint AS balance",
                    "GRANT ALL ON faults_account TO teller");
        }
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @BeforeEach
    void emptyAccount() throws SQLException {
        server.run("UPDATE faults_account SET balance = 0");
    }

    private void start(String jdbcUrl) {
        application = BankApplication.at(jdbcUrl);
        bank = application.bank();
    }

    @AfterEach
    void stop() throws SQLException {
        application.close();
        Await.until(
                "locks are left",
                () -> server.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0);
        assertThat(server.number("SELECT sum(balance) FROM faults_account")).isZero();
    }

    private interface Acquiring {
        void run() throws Exception;
    }

    /** Runs a transaction that has written before and swallows the exception of the lock call. */
    private AdvisoryLockException swallow(String before, Acquiring call) {
        Throwable[] told = new Throwable[1];
        Throwable commit = catchThrowable(() -> application.inTransaction(() -> {
            bank.add(1, 1);
            bank.sql(before);
            told[0] = catchThrowable(call::run);
            return 1;
        }));
        assertThat(commit).isInstanceOf(RollbackException.class);
        assertThat(told[0]).isInstanceOf(AdvisoryLockException.class);
        return (AdvisoryLockException) told[0];
    }

    private Object neverCalled() throws Exception {
        return bank.joining("k", () -> {
            throw new AssertionError("called without a lock");
        });
    }

    @Test
    void aStatementTimeout() throws Exception {
        start(server.jdbcUrl());
        try (Connection rival = server.connect()) {
            rival.setAutoCommit(false);
            PlainSql.number(rival, "SELECT 1 FROM pg_advisory_xact_lock(" + KEY + ")");
            assertThat(swallow("SET LOCAL statement_timeout = 200", this::neverCalled))
                    .hasMessageContainingAll("ADVLOCK-0103", "57014", "statement_timeout");
        }
    }

    /** It came with PostgreSQL 17. */
    @Test
    void aTransactionTimeoutOfTheServer() throws Exception {
        start(server.jdbcUrl());
        try (Connection rival = server.connect()) {
            rival.setAutoCommit(false);
            PlainSql.number(rival, "SELECT 1 FROM pg_advisory_xact_lock(" + KEY + ")");
            assertThat(swallow("SET LOCAL transaction_timeout = 500", this::neverCalled))
                    .hasMessageContainingAll("ADVLOCK-0124", "25P04", "transaction_timeout");
        }
    }

    @Test
    void aFullLockTable() {
        start(server.jdbcUrl());
        List<List<AdvisoryLockKey>> batches = IntStream.range(0, 100)
                .mapToObj(batch -> IntStream.range(0, 900)
                        .mapToObj(n -> AdvisoryLockKey.of(batch * 900L + n))
                        .toList())
                .toList();
        System.setProperty("advisorylock.max-keys", "100000");
        try {
            application.close();
            start(server.jdbcUrl());
            assertThat(swallow("SELECT 1", () -> {
                        for (List<AdvisoryLockKey> batch : batches) {
                            application.locks().acquire(all(batch));
                        }
                    }))
                    .hasMessageContainingAll("ADVLOCK-0105", "53200", "max_locks_per_transaction");
        } finally {
            System.clearProperty("advisorylock.max-keys");
        }
    }

    @Test
    void aRevokedPrivilege() throws Exception {
        start(server.jdbcUrl("revoked", "teller"));
        assertThat(swallow("SELECT 1", this::neverCalled)).hasMessageContainingAll("ADVLOCK-0108", "42501", "GRANT");
    }

    @Test
    void anEarlierErrorThatWasSwallowed() throws Exception {
        start(server.jdbcUrl());
        Throwable[] told = new Throwable[1];
        Throwable commit = catchThrowable(() -> application.inTransaction(() -> {
            bank.locked("warm up", () -> 1);
            bank.add(1, 1);
            assertThat(catchThrowable(() -> bank.number("SELECT 1 / 0"))).isInstanceOf(SQLException.class);
            told[0] = catchThrowable(this::neverCalled);
            return 1;
        }));
        assertThat(commit).isInstanceOf(RollbackException.class);
        assertThat(told[0]).isInstanceOf(AdvisoryLockException.class).hasMessageContainingAll("ADVLOCK-0104", "25P02");
    }

    @Test
    void aPoolWithoutAConnection() throws Exception {
        start("jdbc:postgresql://127.0.0.1:1/nowhere?user=postgres");
        Throwable told = catchThrowable(() -> bank.locked("k", () -> 1));
        assertThat(told).isInstanceOf(AdvisoryLockException.class).hasMessageContaining("ADVLOCK-0107");
    }
}
