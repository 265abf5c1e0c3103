package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.transaction.SystemException;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.advisorylock.LockGuardException;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.JtaStack.Enlistment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Standbys, and servers that grant every lock to everybody. The tests have servers of their own. */
@Timeout(180)
class AServerWithoutRealLocksIsRefusedIT {

    private static Object neverCalled() {
        throw new AssertionError("called without a lock");
    }

    @Test
    void aHotStandbyUntilItIsPromoted() throws Exception {
        try (OwnServer primary = OwnServer.start(Map.of())) {
            primary.run("CREATE TABLE faults_account AS SELECT 1 AS id, 0::bigint AS balance");
            try (OwnServer standby = primary.standby()) {
                primary.run("UPDATE faults_account SET balance = 7");
                Await.until(
                        "the standby does not follow", () -> standby.number("SELECT balance FROM faults_account") == 7);
                try (BankApplication application = BankApplication.at(standby.jdbcUrl())) {
                    LockedBank bank = application.bank();
                    assertThatExceptionOfType(LockGuardException.class)
                            .isThrownBy(() -> bank.locked("k", AServerWithoutRealLocksIsRefusedIT::neverCalled))
                            .withMessageContainingAll("ADVLOCK-0314", "standby", "targetServerType=primary");
                    assertThatExceptionOfType(LockGuardException.class)
                            .isThrownBy(
                                    () -> bank.all(List.of("k", "l"), AServerWithoutRealLocksIsRefusedIT::neverCalled))
                            .withMessageContaining("ADVLOCK-0314");
                    // There it would be granted: a standby has locks of its own, which nobody else sees.
                    assertThatExceptionOfType(LockGuardException.class)
                            .isThrownBy(() -> application.sessions().acquire("k"))
                            .withMessageContainingAll("ADVLOCK-0314", "standby", "session");
                    assertThatExceptionOfType(LockGuardException.class)
                            .isThrownBy(() ->
                                    application.jobs().guarded("k", AServerWithoutRealLocksIsRefusedIT::neverCalled))
                            .withMessageContaining("ADVLOCK-0314");

                    try (Connection holder = primary.connect()) {
                        holder.setAutoCommit(false);
                        PlainSql.number(holder, "SELECT 1 FROM pg_advisory_xact_lock(" + PlainSql.key("k") + ")");
                        PlainSql.run(holder, "UPDATE faults_account SET balance = 0");
                        assertThat(standby.number("SELECT pg_promote()::int")).isEqualTo(1);
                        // The WAL has no locks and nothing that the holder has not committed.
                        assertThat(bank.locked("k", () -> bank.add(1, 1))).isEqualTo(8);
                    }
                    assertThat(standby.number("SELECT balance FROM faults_account"))
                            .isEqualTo(8);
                    assertThat(application.jobs().guarded("k", () -> 1)).isOne();
                }
            }
        }
    }

    @Test
    void oneThatGrantsAnotherSessionTheSameKey() throws Exception {
        try (OwnServer server = OwnServer.start(Map.of())) {
            // In another database of the same server the same key is another lock.
            server.run("CREATE DATABASE elsewhere");
            try (BankApplication application = BankApplication.on(jta -> twoFaced(
                    jta,
                    jta.pool(Enlistment.LOCAL, server.jdbcUrl(), 5),
                    jta.pool(Enlistment.LOCAL, server.jdbcUrl("elsewhere", "postgres"), 5)))) {
                for (int i = 0; i < 2; i++) {
                    Throwable refusal = catchThrowable(
                            () -> application.bank().locked("k", AServerWithoutRealLocksIsRefusedIT::neverCalled));
                    assertThat(refusal)
                            .isInstanceOf(LockGuardException.class)
                            .hasMessageContainingAll("ADVLOCK-0315", "granted the same key");
                }
                assertThat(server.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
                        .isZero();
            }
        }
    }

    /** Gives one database inside a transaction and another one outside, as a load balancer might. */
    private static DataSource twoFaced(JtaStack jta, DataSource inside, DataSource outside) {
        return new Chosen(() -> {
            try {
                return jta.transactionManager().getTransaction() == null ? outside : inside;
            } catch (SystemException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
