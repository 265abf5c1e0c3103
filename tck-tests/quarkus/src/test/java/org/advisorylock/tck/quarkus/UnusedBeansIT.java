package org.advisorylock.tck.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.tck.ContractTest;
import org.advisorylock.tck.Database;
import org.advisorylock.tck.Deployments;
import org.advisorylock.tck.Locking;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Quarkus leaves out the beans that nobody uses, also beside the library. */
@Locking
class UnusedBeansIT extends ContractTest {

    /** Is used. */
    @ApplicationScoped
    public static class UsedBean {
        @Inject
        Database database;

        /** Gives the keys that are held while it runs. */
        @Transactional
        @AdvisoryLock("used")
        public List<AdvisoryLockKey> run() {
            return database.heldKeys();
        }
    }

    /** Is not. */
    @ApplicationScoped
    public static class UnusedBean {
        /** Never called. */
        @Transactional
        @AdvisoryLock("unused")
        public void run() {
            // Never called.
        }
    }

    @Inject
    UsedBean used;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(UnusedBeansIT.class);
    }

    @Test
    void areLeftOut() {
        assertThat(used.run()).containsExactly(key("used"));
        assertThat(CDI.current().select(UnusedBean.class).isUnsatisfied()).isTrue();
    }
}
