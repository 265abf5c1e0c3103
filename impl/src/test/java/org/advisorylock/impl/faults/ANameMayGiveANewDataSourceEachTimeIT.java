package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URL;
import java.net.URLClassLoader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.TransactionLocks;
import org.advisorylock.impl.faults.naming.java.javaURLContextFactory;
import org.advisorylock.testbed.JtaStack.Enlistment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code java:comp/env} does so on some servers, and each module and enterprise bean has its own. */
@ExtendWith(Heartbeat.class)
@Timeout(120)
class ANameMayGiveANewDataSourceEachTimeIT {

    private static final String NAME = "java:comp/env/jdbc/db";
    private static final String URL_PACKAGES = "java.naming.factory.url.pkgs";

    private static OwnServer server;

    private final AtomicInteger selfTests = new AtomicInteger();
    private final AtomicReference<DataSource> bound = new AtomicReference<>();
    private Map<String, DataSource> pools = Map.of();
    private BankApplication application;

    @BeforeAll
    static void startServer() throws Exception {
        server = OwnServer.start(Map.of());
        server.run("CREATE DATABASE a", "CREATE DATABASE b");
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @BeforeEach
    void start() {
        System.setProperty(URL_PACKAGES, javaURLContextFactory.PACKAGES);
        application = BankApplication.on(jta -> {
            pools = Map.of(
                    "a", jta.pool(Enlistment.XA, server.jdbcUrl("a", "postgres"), 5),
                    "b", jta.pool(Enlistment.XA, server.jdbcUrl("b", "postgres"), 5),
                    "outside", jta.pool(Enlistment.NONE, server.jdbcUrl("a", "postgres"), 5));
            return pools.get("a");
        });
        bound.set(pools.get("a"));
        javaURLContextFactory.bind(NAME, () -> countSelfTests(bound.get()));
    }

    @AfterEach
    void stop() {
        application.close();
        javaURLContextFactory.clear();
        System.clearProperty(URL_PACKAGES);
    }

    private DataSource countSelfTests(DataSource dataSource) {
        return Opaque.with(dataSource, connection -> {
            if (Thread.currentThread().getName().equals("advisory-lock-self-test")) {
                selfTests.incrementAndGet();
            }
            return connection;
        });
    }

    private static int holder(String database, String key) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(database, "postgres"))) {
            return PlainSql.holder(connection, PlainSql.key(key));
        }
    }

    private TransactionLocks locks() {
        return application.locks().on(NAME);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void andIsProvedOnce(boolean hidden) throws Exception {
        if (hidden) {
            bound.set(Opaque.hiding(pools.get("a")));
        }
        for (int call = 0; call < 5; call++) {
            application.inTransaction(() -> {
                locks().acquire("k");
                assertThat(locks().isHeld("k")).isTrue();
                assertThat(holder("a", "k")).isPositive();
                return 1;
            });
        }
        // One proof opens two sessions.
        assertThat(selfTests).hasValue(2);
    }

    @Test
    void andHasOneSetOfSessionLocks() {
        try (LockHandle outer = application.sessions().on(NAME).acquire("k");
                LockHandle inner = application.sessions().on(NAME).acquire("k")) {
            assertThat(outer.isHeld() && inner.isHeld()).isTrue();
            assertThatExceptionOfType(SelfDeadlockException.class)
                    .isThrownBy(() -> application.inTransaction(() -> {
                        locks().acquire("k");
                        return 1;
                    }));
        }
    }

    @Test
    void butInAnotherModuleItIsAnotherOne() throws Exception {
        application.inTransaction(() -> {
            locks().acquire("k");
            return 1;
        });
        Thread thread = Thread.currentThread();
        ClassLoader module = thread.getContextClassLoader();
        try (URLClassLoader other = new URLClassLoader(new URL[0], module)) {
            thread.setContextClassLoader(other);
            bound.set(pools.get("b"));
            application.inTransaction(() -> {
                locks().acquire("k");
                assertThat(holder("b", "k")).isPositive();
                assertThat(holder("a", "k")).isZero();
                return 1;
            });
            try (LockHandle handle = application.sessions().on(NAME).acquire("s")) {
                assertThat(handle.isHeld()).isTrue();
                assertThat(holder("b", "s")).isPositive();
            }
        } finally {
            thread.setContextClassLoader(module);
        }
    }

    /**
     * Two enterprise beans of one module may use one name for two DataSources. Only a look-up tells which one is meant.
     */
    @ParameterizedTest
    @ValueSource(strings = {"b", "outside"})
    void andForAnotherBeanOfTheModuleItIsRefusedIfItLeadsElsewhere(String other) throws Exception {
        application.inTransaction(() -> {
            locks().acquire("k");
            return 1;
        });
        application.sessions().on(NAME).acquire("s").close();
        bound.set(pools.get(other));
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> application.inTransaction(() -> {
                    locks().acquire("k");
                    return 1;
                }))
                .withMessageContaining(other.equals("b") ? "ADVLOCK-0321" : "ADVLOCK-030");
        if (other.equals("b")) {
            assertThatExceptionOfType(LockGuardException.class)
                    .isThrownBy(() -> application.sessions().on(NAME).acquire("s"))
                    .withMessageContaining("ADVLOCK-0321");
        }
    }
}
