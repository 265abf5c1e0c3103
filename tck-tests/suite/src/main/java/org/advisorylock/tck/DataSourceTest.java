package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockMode;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.TransactionLocks;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** On the DataSource of the data. */
@Locking
class DataSourceTest extends ContractTest {

    /** The bean under test. */
    @ApplicationScoped
    @Transactional
    public static class Archive {
        /** By the default DataSource. */
        @AdvisoryLock("file:{id}")
        public void here(int id, Task task) throws Exception {
            task.run();
        }

        /** By the other one. */
        @AdvisoryLock(value = "file:{id}", dataSource = SecondDataSource.NAME)
        public void there(int id, Task task) throws Exception {
            task.run();
        }

        /** By none. */
        @AdvisoryLock(value = "file:{id}", dataSource = "java:app/jdbc/nowhere")
        public void nowhere(int id, Task task) throws Exception {
            task.run();
        }

        /** By a name that would be looked up at another host. */
        @AdvisoryLock(value = "file:{id}", dataSource = "ldap://127.0.0.1/x")
        public void elsewhere(int id, Task task) throws Exception {
            task.run();
        }
    }

    @Inject
    Archive archive;

    @Inject
    TransactionLocks locks;

    @Inject
    @SecondDataSource
    DataSource other;

    private final AtomicBoolean called = new AtomicBoolean();

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(DataSourceTest.class);
    }

    private int pidHere() {
        return Integer.parseInt(database.queryInside("SELECT pg_catalog.pg_backend_pid()"));
    }

    private int pidThere() throws SQLException {
        try (Connection connection = other.getConnection()) {
            return Integer.parseInt(Database.query(connection, "SELECT pg_catalog.pg_backend_pid()"));
        }
    }

    private static LockRow row(String key, int pid) {
        return new LockRow(key(key), LockMode.EXCLUSIVE, true, pid);
    }

    @Test
    @Assertion("DS-01")
    void theAnnotationNamesTheDataSource() throws Exception {
        archive.there(1, () -> {
            called.set(true);
            assertThat(database.locks()).containsExactly(row("file:1", pidThere()));
        });
        assertThat(called).isTrue();
        assertThat(database.locks()).isEmpty();
    }

    @Test
    @Assertion("DS-02")
    void onGivesTheLocksOfAnotherDataSource() throws Exception {
        TransactionLocks there = locks.on(SecondDataSource.NAME);
        inTransaction(() -> {
            there.acquire("text");
            assertThat(there.tryAcquire("more", Duration.ZERO)).isTrue();
            assertThat(database.locks()).containsExactlyInAnyOrder(row("text", pidThere()), row("more", pidThere()));
            assertThat(there.isHeld("text")).isTrue();
            there.assertHeld("more");
            assertThat(there.isHeld("neither")).isFalse();
        });
        assertThat(database.locks()).isEmpty();
    }

    @Test
    @Assertion("DS-03")
    void theLocksOfSeveralDataSourcesEndWithTheirTransaction() throws Exception {
        archive.here(1, () -> {
            archive.there(2, () -> called.set(true));
            assertThat(pidHere()).isNotEqualTo(pidThere());
            assertThat(database.locks()).containsExactlyInAnyOrder(row("file:1", pidHere()), row("file:2", pidThere()));
        });
        assertThat(called).isTrue();
        assertThat(database.locks()).isEmpty();
        assertThatIllegalStateException()
                .isThrownBy(() -> archive.there(
                        3,
                        () -> archive.here(4, () -> {
                            assertThat(database.heldKeys()).containsExactlyInAnyOrder(key("file:3"), key("file:4"));
                            throw new IllegalStateException("rolled back");
                        })));
        assertThat(database.locks()).isEmpty();
    }

    @Test
    @Assertion("DS-04")
    void aDataSourceThatIsNotThereIsRefused() throws Exception {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> archive.nowhere(1, () -> called.set(true)))
                .withMessageStartingWith("ADVLOCK-")
                .withMessageContaining("java:app/jdbc/nowhere");
        inTransaction(() -> assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> locks.on("java:app/jdbc/nowhere").acquire("text")));
        assertThat(called).isFalse();
    }

    @Test
    @Assertion("DS-09")
    void aNameWithAnotherSchemeThanThatOfTheServersDirectoryIsNotLookedUp() throws Exception {
        try (ServerSocketChannel elsewhere =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            elsewhere.configureBlocking(false);
            String address = "//127.0.0.1:" + elsewhere.socket().getLocalPort() + "/x";
            for (String scheme : new String[] {"ldap:", "LDAP:", " ldap:", "rmi:", "dns:", "java:comp/env/ldap:"}) {
                inTransaction(() -> assertThatExceptionOfType(LockGuardException.class)
                        .isThrownBy(() -> locks.on(scheme + address).acquire("text"))
                        .withMessageStartingWith("ADVLOCK-"));
            }
            assertThatExceptionOfType(LockGuardException.class)
                    .isThrownBy(() -> archive.elsewhere(1, () -> called.set(true)));
            assertThat(elsewhere.accept()).as("a connection").isNull();
        }
        assertThat(called).isFalse();
        inTransaction(() -> locks.acquire("text"));
    }

    @Test
    @Assertion("DS-05")
    void aKeyThatTheTransactionHoldsByAnotherDataSourceOfTheDatabaseIsNotWaitedFor() throws Exception {
        inTransaction(() -> {
            locks.acquire("text");
            assertThatExceptionOfType(SelfDeadlockException.class)
                    .isThrownBy(() -> locks.on(SecondDataSource.NAME).tryAcquire("text", Duration.ofSeconds(20)))
                    .withMessageStartingWith("ADVLOCK-");
            assertThat(database.heldKeys()).containsExactly(key("text"));
        });
    }
}
