package org.advisorylock.tck.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.ejb.EJB;
import jakarta.ejb.EJBException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.BackgroundCall;
import org.advisorylock.tck.ContractTest;
import org.advisorylock.tck.Deployments;
import org.advisorylock.tck.Locking;
import org.advisorylock.tck.OtherHolder;
import org.advisorylock.tck.Task;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Beans that have a state. */
@Locking
class StatefulAndSingletonTest extends ContractTest {

    /** A call of a singleton's method. */
    private interface SingletonCall {
        void run(int id, Task task) throws Exception;
    }

    @EJB
    Cart cart;

    @EJB
    Rates rates;

    private final AtomicBoolean called = new AtomicBoolean();

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(StatefulAndSingletonTest.class).addClasses(Cart.class, Rates.class);
    }

    private Task held(String key) {
        return () -> assertThat(database.heldKeys()).containsExactly(key(key));
    }

    @Test
    @Assertion({"EJB-01", "EJB-07"})
    void aStatefulBeanLocksAsItsClassOrMethodSays() throws Exception {
        assertThat(cart.add(3, held("stock:3"))).isEqualTo(1);
        assertThat(database.locks()).isEmpty();
        assertThat(cart.add(4, held("stock:4"))).isEqualTo(2);
        assertThat(database.locks()).isEmpty();
        assertThat(cart.order(1, held("order:1"))).containsExactly(3, 4);
        assertThat(database.locks()).isEmpty();
    }

    @Test
    @Assertion("EJB-07")
    void theMethodsOfASingletonExcludeEachOtherByTheirKeys() throws Exception {
        assertWaits("rate:1", rates::write);
        assertWaits("rate:1", rates::writeAlone);
        assertWaits("rate:1", rates::read);
        rates.read(2, () -> {
            BackgroundCall<Boolean> reader = start(() -> rates.read(2, held2("rate:2")));
            reader.get();
        });
        assertThat(database.locks()).isEmpty();
    }

    /** Two of them. */
    private Task held2(String key) {
        return () -> assertThat(database.heldKeys()).containsExactly(key(key), key(key));
    }

    private void assertWaits(String key, SingletonCall method) {
        called.set(false);
        try (OtherHolder rival = OtherHolder.holding(database, key)) {
            BackgroundCall<Boolean> call = start(() -> method.run(1, () -> called.set(true)));
            database.awaitWaiter(key(key), call);
            assertThat(called).isFalse();
            rival.release();
            call.get();
        }
        assertThat(called).isTrue();
    }

    @Test
    @Assertion("EJB-03")
    void theLockOfASingletonIsGoneAfterASystemException() {
        // A failed assertion of the task would come as an EJBException, too.
        assertThatExceptionOfType(EJBException.class)
                .isThrownBy(() -> rates.write(3, () -> {
                    held("rate:3").run();
                    throw new IllegalStateException("broken");
                }))
                .satisfies(e -> assertThat(e).hasStackTraceContaining("IllegalStateException: broken"));
        assertThat(database.locks()).isEmpty();
    }
}
