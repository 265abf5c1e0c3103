package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.transaction.RollbackException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.TransactionLocks;
import org.advisorylock.testbed.JtaStack.Enlistment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A DataSource that leads to the database of the current tenant. The tests have a server of their own. */
@ExtendWith(Heartbeat.class)
@Timeout(180)
class ARoutingDataSourceIsFoundOutIT {

    private static OwnServer server;
    private static OwnServer otherServer;

    private final AtomicReference<String> tenant = new AtomicReference<>("a");

    @BeforeAll
    static void start() throws Exception {
        server = OwnServer.start(Map.of());
        server.run("CREATE DATABASE a", "CREATE DATABASE b", "CREATE ROLE clerk LOGIN");
        otherServer = OwnServer.start(Map.of());
        // The same numbers as on the first one.
        otherServer.run("CREATE DATABASE a");
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
        otherServer.close();
    }

    /** Tenant {@code other} is on the other server, {@code way} another way to {@code a}. */
    private BankApplication routing(boolean hidden, Enlistment enlistment) {
        return BankApplication.on(jta -> {
            Map<String, DataSource> pools = Map.of(
                    "a", jta.pool(enlistment, server.jdbcUrl("a", "postgres"), 5),
                    "b", jta.pool(enlistment, server.jdbcUrl("b", "postgres"), 5),
                    "way", jta.pool(enlistment, server.jdbcUrl("a", "postgres") + "&ApplicationName=way", 5),
                    "other", jta.pool(enlistment, otherServer.jdbcUrl("a", "postgres"), 5));
            Supplier<DataSource> choice = () -> pools.get(tenant.get());
            DataSource routing = new Chosen(choice);
            return hidden ? Opaque.hiding(routing) : routing;
        });
    }

    private BankApplication routing(boolean hidden) {
        return routing(hidden, Enlistment.LOCAL);
    }

    private static Object neverCalled() {
        throw new AssertionError("called without a lock");
    }

    private static void assertRefused(Callable<?> call) {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(call::call)
                .withMessageContainingAll("ADVLOCK-0321", "dataSource", "on(");
    }

    private static int holder(String database, String key) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(database, "postgres"))) {
            return PlainSql.holder(connection, PlainSql.key(key));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void inTheNextTransaction(boolean hidden) throws Exception {
        try (BankApplication application = routing(hidden)) {
            LockedBank bank = application.bank();
            assertThat(bank.locked("k", () -> 1)).isOne();
            for (String wrong : List.of("b", "other")) {
                tenant.set(wrong);
                assertRefused(() -> bank.locked("k", ARoutingDataSourceIsFoundOutIT::neverCalled));
                assertRefused(() -> bank.all(List.of("k", "l"), ARoutingDataSourceIsFoundOutIT::neverCalled));
                assertRefused(() -> bank.briefly("k", ARoutingDataSourceIsFoundOutIT::neverCalled));
            }
            tenant.set("a");
            assertThat(bank.locked("k", () -> 2)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LOCAL", "XA"})
    void andSwallowingThatCommitsNothing(Enlistment enlistment) throws Exception {
        try (BankApplication application = routing(false, enlistment)) {
            application.bank().locked("k", () -> 1);
            tenant.set("b");
            Throwable commit = catchThrowable(() -> application.inTransaction(() -> {
                assertRefused(() -> application.bank().joining("k", ARoutingDataSourceIsFoundOutIT::neverCalled));
                return 1;
            }));
            assertThat(commit).isInstanceOf(RollbackException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void inANestedCallThatHasTheKeyAlready(boolean hidden) {
        try (BankApplication application = routing(hidden, Enlistment.XA)) {
            LockedBank bank = application.bank();
            Throwable refusal = catchThrowable(() -> bank.locked("k", () -> {
                assertThat(holder("a", "k")).isPositive();
                tenant.set("b");
                return bank.locked("k", ARoutingDataSourceIsFoundOutIT::neverCalled);
            }));
            assertThat(refusal).isInstanceOf(LockGuardException.class).hasMessageContaining("ADVLOCK-0321");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void byWhoAsksWhetherTheKeyIsHeld(boolean hidden) throws Exception {
        try (BankApplication application = routing(hidden, Enlistment.XA)) {
            TransactionLocks locks = application.locks();
            List<Callable<Boolean>> questions = List.of(() -> locks.isHeld("k"), () -> locks.isHeld("another"), () -> {
                locks.assertHeld("k");
                return true;
            });
            for (Callable<Boolean> question : questions) {
                Throwable refusal = catchThrowable(() -> application.bank().locked("k", () -> {
                    locks.assertHeld("k");
                    tenant.set("b");
                    return question.call();
                }));
                assertThat(refusal).isInstanceOf(LockGuardException.class).hasMessageContaining("ADVLOCK-0321");
                tenant.set("a");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void andSoItIsUnderSessionLocks(boolean hidden) throws Exception {
        try (BankApplication application = routing(hidden)) {
            application.sessions().acquire("k").close();
            tenant.set("b");
            assertRefused(() -> application.sessions().acquire("k"));
            assertRefused(() -> application.jobs().guarded("k", ARoutingDataSourceIsFoundOutIT::neverCalled));
            assertRefused(() -> application.bank().locked("k", ARoutingDataSourceIsFoundOutIT::neverCalled));
            tenant.set("a");
            application.sessions().acquire("k").close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void butAnotherWayToTheSameDatabaseIsNone(boolean hidden) throws Exception {
        try (BankApplication application = routing(hidden)) {
            LockedBank bank = application.bank();
            for (String way : List.of("a", "way", "a", "way")) {
                tenant.set(way);
                assertThat(bank.locked("k", () -> bank.locked("k", () -> holder("a", "k"))))
                        .isPositive();
                application.sessions().acquire("k").close();
            }
        }
    }

    /** A role that identifies a server by its start time takes it for another database after a restart. */
    @ParameterizedTest
    @ValueSource(strings = {"postgres", "clerk"})
    void andARestartOfTheServerMakesNoOtherDatabase(String user) throws Exception {
        try (OwnServer restarted = OwnServer.start(Map.of())) {
            restarted.run(
                    "CREATE ROLE clerk LOGIN", "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_control_system() FROM PUBLIC");
            try (BankApplication application = BankApplication.at(restarted.jdbcUrl("postgres", user))) {
                LockedBank bank = application.bank();
                bank.locked("k", () -> 1);
                restarted.restart();
                // A pool hands out dead connections until it notices them.
                Await.until("no connection lives", () -> catchThrowable(() -> bank.locked("k", () -> 1)) == null);
                bank.locked("k", () -> {
                    assertThatExceptionOfType(SelfDeadlockException.class)
                            .isThrownBy(() -> application.sessions().tryAcquire("k", Duration.ofSeconds(20)))
                            .withMessageContaining("ADVLOCK-0117");
                    return 1;
                });
                try (LockHandle held = application.sessions().acquire("k")) {
                    assertThat(held.isHeld()).isTrue();
                    assertThatExceptionOfType(SelfDeadlockException.class)
                            .isThrownBy(() -> bank.locked("k", () -> 1))
                            .withMessageContaining("ADVLOCK-0118");
                }
            }
        }
    }

    @Test
    void evenIfTheRoleMayNotAskForTheNumberOfTheCluster() throws Exception {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl("a", "postgres"))) {
            PlainSql.run(connection, "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_control_system() FROM PUBLIC");
        }
        try (BankApplication application = BankApplication.on(jta -> {
            Map<String, DataSource> pools = Map.of(
                    "a", jta.pool(Enlistment.LOCAL, server.jdbcUrl("a", "clerk"), 5),
                    "b", jta.pool(Enlistment.LOCAL, server.jdbcUrl("b", "clerk"), 5));
            return new Chosen(() -> pools.get(tenant.get()));
        })) {
            LockedBank bank = application.bank();
            assertThat(bank.locked("k", () -> 1)).isOne();
            tenant.set("b");
            assertRefused(() -> bank.locked("k", ARoutingDataSourceIsFoundOutIT::neverCalled));
            assertRefused(() -> application.sessions().acquire("k"));
        } finally {
            try (Connection connection = DriverManager.getConnection(server.jdbcUrl("a", "postgres"))) {
                PlainSql.run(connection, "GRANT EXECUTE ON FUNCTION pg_catalog.pg_control_system() TO PUBLIC");
            }
        }
    }
}
