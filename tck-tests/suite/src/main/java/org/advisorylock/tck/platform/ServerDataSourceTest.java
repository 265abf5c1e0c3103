package org.advisorylock.tck.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.TransactionLocks;
import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.ContractTest;
import org.advisorylock.tck.Deployments;
import org.advisorylock.tck.Locking;
import org.advisorylock.tck.Task;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** DataSources of the server's directory. */
@Locking
class ServerDataSourceTest extends ContractTest {

    /** The bean under test. */
    @ApplicationScoped
    @Transactional
    public static class ServerArchive {
        /** The bean's. */
        @AdvisoryLock("file:{id}")
        public void byBean(int id, Task task) throws Exception {
            task.run();
        }

        /** The same DataSource by its name. */
        @AdvisoryLock(value = "file:{id}", dataSource = ServerDataSources.DEFAULT)
        public void byName(int id, Task task) throws Exception {
            task.run();
        }

        /** Local. */
        @AdvisoryLock(value = "file:{id}", dataSource = ServerDataSources.LOCAL)
        public void local(int id, Task task) throws Exception {
            task.run();
        }

        /** XA. */
        @AdvisoryLock(value = "file:{id}", dataSource = ServerDataSources.XA)
        public void xa(int id, Task task) throws Exception {
            task.run();
        }

        /** Outside transactions. */
        @AdvisoryLock(value = "file:{id}", dataSource = ServerDataSources.OUTSIDE)
        public void outside(int id, Task task) throws Exception {
            task.run();
        }
    }

    /** A call of one of its methods. */
    private interface SourceCall {
        void run(int id, Task task) throws Exception;
    }

    @Inject
    ServerArchive archive;

    @Inject
    TransactionLocks locks;

    private final AtomicBoolean called = new AtomicBoolean();

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(ServerDataSourceTest.class);
    }

    private void assertLocksUntilCommitAndRollback(int id, SourceCall call) throws Exception {
        called.set(false);
        inTransaction(() -> {
            call.run(id, () -> called.set(true));
            assertThat(database.heldKeys()).containsExactly(key("file:" + id));
        });
        assertThat(called).isTrue();
        assertThat(database.locks()).isEmpty();
        assertThatIllegalStateException()
                .isThrownBy(() -> call.run(id, () -> {
                    assertThat(database.heldKeys()).containsExactly(key("file:" + id));
                    throw new IllegalStateException("rolled back");
                }));
        assertThat(database.locks()).isEmpty();
    }

    @Test
    @Assertion("DS-06")
    void aLocalDataSourceHoldsTheLockUntilTheTransactionEnds() throws Exception {
        assertLocksUntilCommitAndRollback(1, archive::local);
    }

    @Test
    @Assertion("DS-06")
    void anXaDataSourceHoldsTheLockUntilTheTransactionEnds() throws Exception {
        assertLocksUntilCommitAndRollback(2, archive::xa);
    }

    @Test
    @Assertion({"DS-03", "DS-06"})
    void aLocalAndAnXaDataSourceHoldTheirLocksInOneTransaction() throws Exception {
        archive.local(
                3,
                () -> archive.xa(4, () -> {
                    called.set(true);
                    assertThat(database.heldKeys()).containsExactlyInAnyOrder(key("file:3"), key("file:4"));
                }));
        assertThat(called).isTrue();
        assertThat(database.locks()).isEmpty();
    }

    @Test
    @Assertion("DS-07")
    void aDataSourceOutsideTransactionsIsRefused() {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> archive.outside(5, () -> called.set(true)))
                .withMessageStartingWith("ADVLOCK-");
        assertThat(called).isFalse();
        assertThat(database.locks()).isEmpty();
    }

    @Test
    @Assertion("DS-08")
    void twoNamesOfOneDataSourceAreOne() throws Exception {
        archive.byBean(6, () -> archive.byName(6, () -> archive.byBean(6, () -> called.set(true))));
        assertThat(called).isTrue();
        inTransaction(() -> {
            locks.acquire("text");
            locks.on(ServerDataSources.DEFAULT).acquire("text");
            assertThat(locks.on(ServerDataSources.DEFAULT).isHeld("text")).isTrue();
            assertThat(database.heldKeys()).containsExactly(key("text"));
        });
    }

    @Test
    @Assertion("DS-05")
    void aKeyThatTheTransactionHoldsByAnotherDataSourceIsNotWaitedFor() throws Exception {
        archive.local(7, () -> assertThatExceptionOfType(SelfDeadlockException.class)
                .isThrownBy(() -> archive.xa(7, () -> called.set(true))));
        assertThat(called).isFalse();
    }
}
