package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.testbed.JtaStack;
import org.junit.jupiter.api.Test;

/** Problems fail the deployment. The tests of the checks themselves are in {@code plan}. */
class DeploymentIT {

    @ApplicationScoped
    static class Misspelt {
        @AdvisoryLock("account:{form}")
        public void withdraw(long from) {}
    }

    @ApplicationScoped
    static class HiddenBean {
        @AdvisoryLock("account")
        static void withdraw() {}
    }

    @ApplicationScoped
    static class Fine {
        @AdvisoryLock("account:{0}")
        public void withdraw(long from) {}
    }

    @Test
    void failsForATemplateThatIsWrong() {
        assertThat(catchThrowable(() -> Application.of(JtaStack.start(), Misspelt.class)))
                .hasStackTraceContaining("ADVLOCK-0003")
                .hasStackTraceContaining("Misspelt.withdraw(long)")
                .hasStackTraceContaining("account:{form}")
                .hasStackTraceContaining("{from} and {0}");
    }

    @Test
    void failsForAMethodThatIsNotIntercepted() {
        assertThat(catchThrowable(() -> Application.of(JtaStack.start(), HiddenBean.class)))
                .hasStackTraceContaining("ADVLOCK-0011")
                .hasStackTraceContaining("HiddenBean.withdraw()");
    }

    @Test
    void failsWhereTheLibraryIsNotDiscovered() {
        Throwable failure = catchThrowable(() -> {
            try (SeContainer container = SeContainerInitializer.newInstance()
                    .disableDiscovery()
                    .addBeanClasses(Fine.class)
                    .initialize()) {
                assertThat(container.isRunning()).isFalse();
            }
        });
        assertThat(failure).hasStackTraceContaining("ADVLOCK-0012").hasStackTraceContaining("is enabled 0 times");
    }
}
