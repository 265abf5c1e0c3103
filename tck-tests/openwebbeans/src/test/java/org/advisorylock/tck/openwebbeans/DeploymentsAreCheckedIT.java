package org.advisorylock.tck.openwebbeans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Stereotype;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the build-compatible extension would refuse is refused here, too, before any call. */
@ExtendWith(NoLockLeft.class)
class DeploymentsAreCheckedIT {

    private static JtaStack jta;

    /** What an application brings. */
    @ApplicationScoped
    static class Platform {
        @Produces
        @ApplicationScoped
        DataSource dataSource() {
            return jta.dataSource();
        }

        @Produces
        @ApplicationScoped
        TransactionSynchronizationRegistry registry() {
            return jta.synchronizationRegistry();
        }
    }

    @ApplicationScoped
    static class MisspeltAccounts {
        @AdvisoryLock("account:{form}")
        public void withdraw(long from) {}
    }

    @AdvisoryLock("one")
    @Stereotype
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @interface LockedByOne {}

    @LockedByOne
    @AdvisoryLock("another")
    @ApplicationScoped
    static class AmbiguousAccounts {
        public void withdraw(long from) {}
    }

    @ApplicationScoped
    static class HiddenAccounts {
        @AdvisoryLock("accounts")
        private void withdraw() {}

        public void all() {
            withdraw();
        }
    }

    @ApplicationScoped
    static class EarlyAccounts {
        @PostConstruct
        @AdvisoryLock("accounts")
        void load() {}
    }

    @ApplicationScoped
    static class GoodAccounts {
        @AdvisoryLock("account:{0}")
        public long withdraw(long from) {
            return from;
        }
    }

    /** On Weld such a bean is refused. */
    @Dependent
    static class DependentAccounts {
        @AdvisoryLock("account:{0}")
        public void withdraw(long from) {}

        public void withdraw(DependentAccounts proxy, long from) {
            proxy.withdraw(from);
        }
    }

    @BeforeAll
    static void start() {
        jta = JtaStack.start();
    }

    @AfterAll
    static void stop() {
        jta.close();
    }

    private static SeContainer deploy(Class<?>... beans) {
        return initializer()
                .addBeanClasses(Platform.class)
                .addBeanClasses(beans)
                .initialize();
    }

    /** Each container has a class loader of its own. OpenWebBeans keeps that of one which could not start. */
    private static SeContainerInitializer initializer() {
        ClassLoader application = new ClassLoader(DeploymentsAreCheckedIT.class.getClassLoader()) {};
        return SeContainerInitializer.newInstance().setClassLoader(application);
    }

    private static Throwable refusal(Class<?> bean) {
        return catchThrowable(() -> deploy(bean).close());
    }

    private static boolean isFree(String key) throws Exception {
        try (Rival rival = Rival.open()) {
            return rival.tryLock(AdvisoryLockKey.of(key, KeyHash.MD5).number());
        }
    }

    @Test
    void aTemplateThatIsWrongFailsTheDeployment() {
        assertThat(refusal(MisspeltAccounts.class))
                .hasStackTraceContaining("ADVLOCK-0003")
                .hasStackTraceContaining("MisspeltAccounts.withdraw(long)")
                .hasStackTraceContaining("account:{form}");
    }

    @Test
    void twoDifferentAnnotationsFailTheDeployment() {
        assertThat(refusal(AmbiguousAccounts.class)).hasStackTraceContaining("ADVLOCK-0025");
    }

    @Test
    void aMethodThatIsNotInterceptedFailsTheDeployment() {
        assertThat(refusal(HiddenAccounts.class))
                .hasStackTraceContaining("ADVLOCK-0011")
                .hasStackTraceContaining("HiddenAccounts.withdraw()");
        assertThat(refusal(EarlyAccounts.class)).hasStackTraceContaining("ADVLOCK-0011");
    }

    @Test
    void aLibraryThatIsNotDiscoveredFailsTheDeployment() {
        Throwable failure = catchThrowable(() -> initializer()
                .disableDiscovery()
                .addBeanClasses(GoodAccounts.class)
                .initialize()
                .close());
        assertThat(failure).hasStackTraceContaining("ADVLOCK-0012").hasStackTraceContaining("is enabled 0 times");
    }

    @Test
    void aGoodApplicationLocksUntilItsTransactionEnds() throws Exception {
        try (SeContainer container = deploy(GoodAccounts.class)) {
            GoodAccounts accounts = container.select(GoodAccounts.class).get();
            jta.inTransaction(() -> {
                assertThat(accounts.withdraw(7)).isEqualTo(7);
                assertThat(isFree("account:7")).isFalse();
                assertThat(isFree("account:8")).isTrue();
            });
            assertThat(isFree("account:7")).isTrue();
        }
    }

    /** OpenWebBeans calls the interceptor while another method of the same instance runs. */
    @Test
    void aBeanWithoutANormalScopeLocksInANestedCallToo() throws Exception {
        try (SeContainer container = deploy(DependentAccounts.class)) {
            DependentAccounts accounts =
                    container.select(DependentAccounts.class).get();
            jta.inTransaction(() -> {
                accounts.withdraw(accounts, 9);
                assertThat(isFree("account:9")).isFalse();
            });
            assertThat(isFree("account:9")).isTrue();
        }
    }
}
