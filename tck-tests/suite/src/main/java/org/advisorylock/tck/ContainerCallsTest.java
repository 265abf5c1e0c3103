package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Methods that the container calls with its interceptors, and beans without a normal scope. */
@Locking
class ContainerCallsTest extends ContractTest {

    private static final List<AdvisoryLockKey> HELD = new ArrayList<>();

    /** An event. */
    public record Happened(int id) {}

    /** What is produced. */
    public static class Product {}

    /** Observes, produces and disposes. */
    @ApplicationScoped
    public static class ProducingBean {
        @Inject
        Database database;

        /** Observes. */
        @Transactional
        @AdvisoryLock("observer:{0.id}")
        public void observe(@Observes Happened event) {
            HELD.addAll(database.heldKeys());
        }

        /** Produces. */
        @Produces
        @Transactional
        @AdvisoryLock("producer")
        public Product produce() {
            HELD.addAll(database.heldKeys());
            return new Product();
        }

        /** Disposes. */
        @Transactional
        @AdvisoryLock("disposer")
        public void dispose(@Disposes Product product) {
            HELD.addAll(database.heldKeys());
        }
    }

    /** Of no normal scope. */
    @Dependent
    public static class LoneDependent {
        @Inject
        Database database;

        /** The only one. */
        @Transactional
        @AdvisoryLock("alone")
        public List<AdvisoryLockKey> run() {
            return database.heldKeys();
        }
    }

    @Inject
    Event<Happened> events;

    @Inject
    Instance<Product> products;

    @Inject
    LoneDependent alone;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(ContainerCallsTest.class);
    }

    @Override
    protected void prepare() {
        HELD.clear();
    }

    @Test
    @Assertion("INT-08")
    void observersProducersAndDisposersHoldTheirLocks() {
        events.fire(new Happened(4));
        products.destroy(products.get());
        assertThat(HELD).containsExactly(key("observer:4"), key("producer"), key("disposer"));
    }

    @Test
    @Assertion("INT-09")
    void theOnlyMethodOfADependentBeanHoldsItsLock() {
        assertThat(alone.run()).containsExactly(key("alone"));
    }
}
