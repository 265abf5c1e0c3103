package org.advisorylock.impl.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import org.advisorylock.LockGuardException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A bean of the transaction manager whose producer gives null is as good as none. */
class ProducersThatGiveNullTest {

    @Dependent
    static class NoManager {

        @Produces
        @Nullable
        TransactionSynchronizationRegistry registry() {
            return null;
        }

        @Produces
        @Nullable
        TransactionManager manager() {
            return null;
        }
    }

    @Test
    void areAsGoodAsNone() {
        try (SeContainer container = SeContainerInitializer.newInstance()
                .disableDiscovery()
                .addBeanClasses(NoManager.class)
                .initialize()) {
            Instance<TransactionManager> managers = container.select(TransactionManager.class);
            assertThat(managers.isResolvable()).isTrue();
            assertThat(ManagerLookup.find(managers)).isEmpty();
            assertThat(ManagerLookup.findUnitsOfWork()).isEmpty();
            assertThatExceptionOfType(LockGuardException.class)
                    .isThrownBy(new RegistryLookup(container.select(TransactionSynchronizationRegistry.class))::get)
                    .withMessageContaining("ADVLOCK-0311");
        }
    }
}
