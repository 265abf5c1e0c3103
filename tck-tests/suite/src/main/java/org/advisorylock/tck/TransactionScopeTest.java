package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.TransactionRequiredException;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import jakarta.transaction.TransactionalException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockMode;
import org.advisorylock.SelfDeadlockException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The lock lives as long as the transaction. */
@Locking
class TransactionScopeTest extends ContractTest {

    /** The bean under test. */
    @ApplicationScoped
    public static class LockedAccounts {

        /** In the caller's transaction, or one of its own. */
        @Transactional
        @AdvisoryLock("account:{id}")
        public void withdraw(long id, Task task) throws Exception {
            task.run();
        }

        /** In a transaction of its own. */
        @Transactional(TxType.REQUIRES_NEW)
        @AdvisoryLock("account:{id}")
        public void withdrawApart(long id, Task task) throws Exception {
            task.run();
        }

        /** In the caller's transaction, or none. */
        @AdvisoryLock("account:{id}")
        public void withdrawWithoutTransaction(long id, Task task) throws Exception {
            task.run();
        }

        /** Outside the caller's transaction. */
        @Transactional(TxType.NOT_SUPPORTED)
        @AdvisoryLock("account:{id}")
        public void withdrawOutside(long id, Task task) throws Exception {
            task.run();
        }
    }

    @Inject
    LockedAccounts accounts;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(TransactionScopeTest.class);
    }

    private void assertHeld(long id) {
        assertThat(database.heldKeys()).containsExactly(key("account:" + id));
    }

    private void assertNothingIsHeld() {
        assertThat(database.locks()).isEmpty();
    }

    @Test
    @Assertion("TX-01")
    void theLockIsHeldWhileTheMethodRunsByTheConnectionOfTheTransaction() throws Exception {
        accounts.withdraw(1, () -> {
            int pid = Integer.parseInt(database.queryInside("SELECT pg_catalog.pg_backend_pid()"));
            assertThat(database.locks()).containsExactly(new LockRow(key("account:1"), LockMode.EXCLUSIVE, true, pid));
        });
    }

    @Test
    @Assertion({"TX-02", "TX-03"})
    void theLockOutlivesTheMethodUntilCommit() throws Exception {
        inTransaction(() -> {
            accounts.withdraw(2, () -> assertHeld(2));
            assertHeld(2);
        });
        assertNothingIsHeld();
    }

    @Test
    @Assertion("TX-03")
    void theLockIsGoneWhenTheMethodThatBeganTheTransactionReturns() throws Exception {
        accounts.withdraw(3, () -> assertHeld(3));
        assertNothingIsHeld();
    }

    @Test
    @Assertion("TX-04")
    void theLockIsGoneAfterARollback() {
        assertThatIllegalStateException()
                .isThrownBy(() -> accounts.withdraw(4, () -> {
                    assertHeld(4);
                    throw new IllegalStateException("no money");
                }))
                .withMessage("no money");
        assertNothingIsHeld();
    }

    @Test
    @Assertion("TX-05")
    void theLockIsGoneAfterACheckedExceptionWhichCommits() {
        database.executeOutside("DROP TABLE IF EXISTS tck_checked");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> accounts.withdraw(5, () -> {
                    database.executeInside("CREATE TABLE tck_checked (id bigint)");
                    assertHeld(5);
                    throw new IOException("no network");
                }))
                .withMessage("no network");
        assertNothingIsHeld();
        assertThat(database.queryOutside("SELECT count(*) FROM tck_checked")).isEqualTo("0");
        database.executeOutside("DROP TABLE tck_checked");
    }

    @Test
    @Assertion("TX-06")
    void withoutATransactionTheCallIsRefused() {
        AtomicBoolean called = new AtomicBoolean();
        assertThatExceptionOfType(TransactionalException.class)
                .isThrownBy(() -> accounts.withdrawWithoutTransaction(6, () -> called.set(true)))
                .withCauseInstanceOf(TransactionRequiredException.class);
        assertThat(called).isFalse();
    }

    @Test
    @Assertion("TX-06")
    void withASuspendedTransactionTheCallIsRefused() throws Exception {
        AtomicBoolean called = new AtomicBoolean();
        inTransaction(() -> {
            assertThatExceptionOfType(TransactionalException.class)
                    .isThrownBy(() -> accounts.withdrawOutside(7, () -> called.set(true)))
                    .withCauseInstanceOf(TransactionRequiredException.class);
        });
        assertThat(called).isFalse();
    }

    @Test
    @Assertion("TX-07")
    void theTransactionMayComeFromTheCaller() throws Exception {
        inTransaction(() -> accounts.withdrawWithoutTransaction(8, () -> assertHeld(8)));
    }

    @Test
    @Assertion("TX-08")
    void aNestedCallForTheSameKeyGoesOn() throws Exception {
        accounts.withdraw(9, () -> {
            accounts.withdraw(9, () -> assertHeld(9));
            assertHeld(9);
        });
        assertNothingIsHeld();
    }

    @Test
    @Assertion("TX-09")
    void aNewTransactionHasItsOwnLock() throws Exception {
        accounts.withdraw(10, () -> {
            accounts.withdrawApart(11, () -> assertThat(database.heldKeys())
                    .containsExactlyInAnyOrder(key("account:10"), key("account:11")));
            assertHeld(10);
        });
    }

    @Test
    @Assertion("TX-10")
    void aNewTransactionUnderTheSameKeyIsRefusedAtOnce() throws Exception {
        AtomicBoolean called = new AtomicBoolean();
        accounts.withdraw(12, () -> {
            assertThatExceptionOfType(SelfDeadlockException.class)
                    .isThrownBy(() -> accounts.withdrawApart(12, () -> called.set(true)))
                    .satisfies(e -> assertThat(e.keys()).containsExactly(key("account:12")));
            assertHeld(12);
        });
        assertThat(called).isFalse();
    }
}
