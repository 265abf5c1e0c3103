package org.advisorylock.tck.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.ejb.EJB;
import jakarta.ejb.EJBException;
import jakarta.transaction.TransactionRequiredException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.ContractTest;
import org.advisorylock.tck.Deployments;
import org.advisorylock.tck.Locking;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Transactions of {@code UserTransaction}. */
@Locking
class BeanManagedTest extends ContractTest {

    @EJB
    Manual manual;

    @EJB
    Manual another;

    private final AtomicBoolean called = new AtomicBoolean();

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(BeanManagedTest.class).addClasses(Manual.class, PlainBean.class);
    }

    private void assertHeld(String key) {
        called.set(true);
        assertThat(database.heldKeys()).containsExactly(key(key));
    }

    @Test
    @Assertion("EJB-08")
    void theLockIsHeldUntilTheUserTransactionEnds() throws Exception {
        manual.commit(1, () -> assertHeld("plain:1"), () -> assertHeld("plain:1"));
        assertThat(called).isTrue();
        assertThat(database.locks()).isEmpty();
        manual.rollback("text", () -> assertHeld("text"));
        assertThat(database.locks()).isEmpty();
    }

    @Test
    @Assertion("EJB-08")
    void aBeanThatHasBegunNoTransactionIsRefused() throws Exception {
        assertRefused(() -> manual.locked(2, () -> called.set(true)));
        // A caller's transaction is suspended for such a bean, so that a lock would end at once.
        inTransaction(() -> assertRefused(() -> manual.locked(3, () -> called.set(true))));
        assertRefused(() -> manual.nested(another, 4, () -> called.set(true)));
    }

    private void assertRefused(ThrowingCallable call) {
        assertThat(catchThrowable(call))
                .isInstanceOf(EJBException.class)
                .hasStackTraceContaining(TransactionRequiredException.class.getName());
        assertThat(called).isFalse();
    }
}
