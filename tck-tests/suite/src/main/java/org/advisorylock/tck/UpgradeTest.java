package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.concurrent.atomic.AtomicBoolean;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockMode;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** A lock in both modes. */
@Locking
class UpgradeTest extends ContractTest {

    /** The bean under test. */
    @ApplicationScoped
    public static class Tariffs {
        /** Beside other readers. */
        @Transactional
        @AdvisoryLock(value = "tariff", mode = LockMode.SHARED)
        public void read(Task task) throws Exception {
            task.run();
        }

        /**
         * Alone, in the caller's transaction: a @Transactional of its own would mark that for rollback after a refusal.
         */
        @AdvisoryLock("tariff")
        public void write(Task task) throws Exception {
            task.run();
        }

        /** Beside other readers, in a transaction of its own. */
        @Transactional(TxType.REQUIRES_NEW)
        @AdvisoryLock(value = "tariff", mode = LockMode.SHARED)
        public void readApart(Task task) throws Exception {
            task.run();
        }

        /** Alone, in a transaction of its own. */
        @Transactional(TxType.REQUIRES_NEW)
        @AdvisoryLock("tariff")
        public void writeApart(Task task) throws Exception {
            task.run();
        }
    }

    @Inject
    Tariffs tariffs;

    private final AtomicBoolean called = new AtomicBoolean();

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(UpgradeTest.class);
    }

    private void assertHeldExclusively() {
        assertThat(database.locks())
                .anyMatch(row -> row.granted()
                        && row.mode() == LockMode.EXCLUSIVE
                        && row.key().equals(key("tariff")));
    }

    @Test
    @Assertion("MODE-06")
    void aSharedLockThatNobodyElseHoldsBecomesExclusive() throws Exception {
        tariffs.read(() -> {
            tariffs.write(() -> called.set(true));
            assertHeldExclusively();
        });
        assertThat(called).isTrue();
    }

    @Test
    @Assertion("MODE-06")
    void aSharedCallUnderAnExclusiveLockGoesOn() throws Exception {
        tariffs.writeApart(() -> {
            tariffs.read(() -> called.set(true));
            assertHeldExclusively();
        });
        assertThat(called).isTrue();
    }

    @Test
    @Assertion("MODE-07")
    void anUpgradeThatWouldWaitIsRefusedAtOnceAndTheTransactionIsUsable() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, LockMode.SHARED, key("tariff"))) {
            tariffs.read(() -> {
                assertThatExceptionOfType(LockTimeoutException.class)
                        .isThrownBy(() -> tariffs.write(() -> called.set(true)))
                        .withMessageStartingWith("ADVLOCK-");
                assertThat(database.locks()).hasSize(2).allMatch(row -> row.granted() && row.mode() == LockMode.SHARED);
                rival.release();
                tariffs.write(() -> called.set(true));
            });
        }
        assertThat(called).isTrue();
    }

    @Test
    @Assertion("TX-10")
    void aNewTransactionMayShareWhatTheSuspendedOneShares() throws Exception {
        tariffs.read(() -> {
            tariffs.readApart(() -> {
                called.set(true);
                assertThat(database.heldKeys()).containsExactly(key("tariff"), key("tariff"));
            });
            called.set(false);
            assertThatExceptionOfType(SelfDeadlockException.class)
                    .isThrownBy(() -> tariffs.writeApart(() -> called.set(true)));
        });
        assertThat(called).isFalse();
    }
}
