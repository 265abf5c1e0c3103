package org.advisorylock.tck.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.ejb.EJB;
import jakarta.ejb.EJBException;
import jakarta.transaction.TransactionRequiredException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockMode;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.BackgroundCall;
import org.advisorylock.tck.ContractTest;
import org.advisorylock.tck.Deployments;
import org.advisorylock.tck.LockRow;
import org.advisorylock.tck.Locking;
import org.advisorylock.tck.OtherHolder;
import org.advisorylock.tck.Task;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** A stateless bean with container-managed transactions. */
@Locking
class StatelessTest extends ContractTest {

    /** A call of one of its methods. */
    private interface StatelessCall {
        void run(int id, Task task) throws Exception;
    }

    @EJB
    Teller teller;

    private final AtomicBoolean called = new AtomicBoolean();

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(StatelessTest.class).addClasses(Teller.class, ApplicationRefusal.class, Accepted.class);
    }

    @Override
    protected void prepare() {
        database.executeOutside("DROP TABLE IF EXISTS tck_stateless");
        database.executeOutside("CREATE TABLE tck_stateless (id integer)");
    }

    @Override
    protected void cleanUp() {
        database.executeOutside("DROP TABLE tck_stateless");
    }

    private void assertLocked(StatelessCall call) throws Exception {
        called.set(false);
        call.run(1, () -> {
            called.set(true);
            int pid = Integer.parseInt(database.queryInside("SELECT pg_catalog.pg_backend_pid()"));
            assertThat(database.locks()).containsExactly(new LockRow(key("account:1"), LockMode.EXCLUSIVE, true, pid));
        });
        assertThat(called).isTrue();
    }

    /** Writes and makes sure of the lock. */
    private void write(int id) {
        database.executeInside("INSERT INTO tck_stateless VALUES (" + id + ")");
        assertThat(database.heldKeys()).containsExactly(key("account:" + id));
    }

    private void assertCommitted(String rows) {
        assertThat(database.locks()).isEmpty();
        assertThat(database.queryOutside("SELECT count(*) FROM tck_stateless")).isEqualTo(rows);
    }

    @Test
    @Assertion("EJB-01")
    void theLockIsHeldUntilTheBeansTransactionEnds() throws Exception {
        for (StatelessCall call : List.<StatelessCall>of(teller::required, teller::requiresNew)) {
            assertLocked(call);
            assertThat(database.locks()).isEmpty();
        }
        inTransaction(() -> {
            assertLocked(teller::requiresNew);
            assertThat(database.locks()).isEmpty();
        });
    }

    @Test
    @Assertion("EJB-01")
    void theLockIsHeldUntilTheCallersTransactionEnds() throws Exception {
        for (StatelessCall call : List.<StatelessCall>of(teller::required, teller::mandatory, teller::supports)) {
            inTransaction(() -> {
                assertLocked(call);
                assertThat(database.heldKeys()).containsExactly(key("account:1"));
            });
            assertThat(database.locks()).isEmpty();
        }
    }

    @Test
    @Assertion("EJB-02")
    void withoutATransactionTheCallIsRefusedAsTheContainerWrapsIt() throws Exception {
        for (StatelessCall call : List.<StatelessCall>of(teller::supports, teller::notSupported, teller::never)) {
            assertRefused(call);
        }
        inTransaction(() -> assertRefused(teller::notSupported));
    }

    private void assertRefused(StatelessCall call) {
        Throwable refusal = catchThrowable(() -> call.run(2, () -> called.set(true)));
        assertThat(refusal)
                .isInstanceOf(EJBException.class)
                .hasStackTraceContaining(TransactionRequiredException.class.getName())
                .hasStackTraceContaining("ADVLOCK-");
        assertThat(called).isFalse();
    }

    @Test
    @Assertion("EJB-03")
    void theLockIsGoneAfterASystemException() {
        // A failed assertion of the task would come as an EJBException, too.
        assertThatExceptionOfType(EJBException.class)
                .isThrownBy(() -> teller.required(3, () -> {
                    write(3);
                    throw new IllegalStateException("broken");
                }))
                .satisfies(e -> assertThat(e).hasStackTraceContaining("IllegalStateException: broken"));
        assertCommitted("0");
    }

    @Test
    @Assertion("EJB-03")
    void theLockIsGoneAfterSetRollbackOnly() throws Exception {
        teller.rollingBack(4, () -> write(4));
        assertCommitted("0");
    }

    @Test
    @Assertion("EJB-03")
    void theLockIsGoneAfterAnApplicationExceptionThatRollsBack() {
        assertThatExceptionOfType(ApplicationRefusal.class)
                .isThrownBy(() -> teller.required(5, () -> {
                    write(5);
                    throw new ApplicationRefusal("no money");
                }));
        assertCommitted("0");
    }

    @Test
    @Assertion("EJB-04")
    void theLockIsGoneAfterAnApplicationExceptionThatCommits() {
        assertThatExceptionOfType(Accepted.class)
                .isThrownBy(() -> teller.required(6, () -> {
                    write(6);
                    throw new Accepted("paid, and told");
                }));
        assertCommitted("1");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> teller.required(7, () -> {
                    write(7);
                    throw new IOException("paid, and told");
                }));
        assertCommitted("2");
    }

    @Test
    @Assertion("EJB-05")
    void aTimeoutReachesTheCallerAsItIs() {
        try (OtherHolder rival = OtherHolder.holding(database, "account:8")) {
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> teller.shortly(8, () -> called.set(true)))
                    .satisfies(e -> assertThat(e.keys()).containsExactly(key("account:8")));
            assertThat(teller.skipped(8)).isFalse();
            rival.release();
            assertThat(teller.skipped(8)).isTrue();
        }
        assertThat(called).isFalse();
    }

    @Test
    @Assertion("EJB-05")
    void aNewTransactionUnderTheSameKeyIsRefusedAtOnce() throws Exception {
        teller.required(9, () -> {
            assertThatExceptionOfType(SelfDeadlockException.class)
                    .isThrownBy(() -> teller.requiresNew(9, () -> called.set(true)));
            teller.requiresNew(10, () -> assertThat(database.heldKeys())
                    .containsExactlyInAnyOrder(key("account:9"), key("account:10")));
        });
        assertThat(called).isFalse();
    }

    @Test
    @Assertion("EJB-06")
    void aCallOfThisIsFoundFromInside() {
        assertThat(teller.sure(11)).isTrue();
        assertThat(teller.throughTheContainer(11)).isTrue();
        assertThatExceptionOfType(LockGuardException.class).isThrownBy(() -> teller.aroundTheContainer(11));
    }

    @Test
    @Assertion("EJB-01")
    void twoCallsNeverRunAtTheSameTime() throws Exception {
        List<BackgroundCall<Boolean>> other = new ArrayList<>();
        teller.required(12, () -> {
            other.add(start(() -> teller.required(12, () -> called.set(true))));
            database.awaitBlocked(other.get(0));
            assertThat(called).isFalse();
        });
        other.get(0).get();
        assertThat(called).isTrue();
    }
}
