package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Named;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Transactional;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.KeyResolver;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockKeyException;
import org.advisorylock.LockRequest;
import org.advisorylock.TransactionLocks;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which DataSource, which hash, which keys. */
@ExtendWith(NoLockLeft.class)
class ConfigurationIT {

    private static final String[] PROPERTIES = {
        "advisorylock.datasource",
        "advisorylock.datasource.main",
        "advisorylock.hash",
        "advisorylock.isolation",
        "advisorylock.gate"
    };

    private final JtaStack jta = JtaStack.start();

    /** Two DataSources, neither of which is the default. */
    @ApplicationScoped
    static class Two {
        static DataSource enlisted;
        static DataSource outside;

        @Produces
        @ApplicationScoped
        @Named("good")
        DataSource good() {
            return enlisted;
        }

        @Produces
        @ApplicationScoped
        @Named("bad")
        DataSource bad() {
            return outside;
        }

        @Produces
        @Nullable
        Missing missing() {
            return null;
        }
    }

    @ApplicationScoped
    @Transactional
    static class ConfiguredJobs {
        @AdvisoryLock("job")
        public <T> T plain(Callable<T> work) throws Exception {
            return work.call();
        }

        @AdvisoryLock(value = "job", dataSource = "good")
        public <T> T named(Callable<T> work) throws Exception {
            return work.call();
        }

        @AdvisoryLock(value = "job", dataSource = "main")
        public <T> T configured(Callable<T> work) throws Exception {
            return work.call();
        }

        @AdvisoryLock(value = "job", dataSource = "java:app/jdbc/nowhere")
        public <T> T missing(Callable<T> work) throws Exception {
            return work.call();
        }

        @AdvisoryLock(value = "42", hash = KeyHash.NONE, dataSource = "good")
        public <T> T numbered(Callable<T> work) throws Exception {
            return work.call();
        }

        @AdvisoryLock(keyResolver = Missing.class, dataSource = "good")
        public <T> T unresolved(Callable<T> work) throws Exception {
            return work.call();
        }

        @AdvisoryLock(keyResolver = Doubling.class, dataSource = "good")
        public <T> T resolved(int id, Callable<T> work) throws Exception {
            return work.call();
        }
    }

    /** No bean of its own: its producer gives null. */
    static class Missing implements KeyResolver {
        @Override
        public LockRequest resolve(InvocationContext call) {
            return LockRequest.of("job");
        }
    }

    @Dependent
    static class Doubling implements KeyResolver {
        @Override
        @SuppressWarnings("NullAway")
        public LockRequest resolve(InvocationContext call) {
            int id = (Integer) call.getParameters()[0];
            return id == 0 ? null : LockRequest.of(AdvisoryLockKey.of(id, 1)).and(AdvisoryLockKey.of(2L * id));
        }
    }

    private SeContainer start() {
        Two.enlisted = jta.dataSource();
        Two.outside = jta.outsideTransactions();
        return SeContainerInitializer.newInstance()
                .addBeanClasses(Two.class, ConfiguredJobs.class, Doubling.class)
                .initialize();
    }

    @AfterEach
    void stop() {
        jta.close();
        for (String property : PROPERTIES) {
            System.clearProperty(property);
        }
    }

    private static boolean isFree(AdvisoryLockKey key) throws Exception {
        try (Rival rival = Rival.open()) {
            return rival.tryLock(key.number());
        }
    }

    @Test
    void amongSeveralDataSourcesOneMustBeNamed() throws Exception {
        try (SeContainer container = start()) {
            ConfiguredJobs jobs = container.select(ConfiguredJobs.class).get();
            assertThatExceptionOfType(LockGuardException.class)
                    .isThrownBy(() -> jobs.plain(() -> 1))
                    .withMessageContainingAll("ADVLOCK-0309", "advisorylock.datasource");
            assertThat(jobs.named(() -> isFree(AdvisoryLockKey.of("job", KeyHash.MD5))))
                    .isFalse();
            assertThatExceptionOfType(LockGuardException.class)
                    .isThrownBy(() -> jobs.missing(() -> 1))
                    .withMessageContainingAll("ADVLOCK-0309", "java:app/jdbc/nowhere");
            TransactionLocks locks = container.select(TransactionLocks.class).get();
            jta.inTransaction(() -> {
                locks.on("good").acquire("job");
                locks.on("good").assertHeld("job");
            });
        }
    }

    @Test
    void theConfigurationNamesTheDefaultAndGivesNames() throws Exception {
        System.setProperty("advisorylock.datasource", "good");
        System.setProperty("advisorylock.datasource.main", "bad");
        try (SeContainer container = start()) {
            ConfiguredJobs jobs = container.select(ConfiguredJobs.class).get();
            assertThat(jobs.plain(() -> isFree(AdvisoryLockKey.of("job", KeyHash.MD5))))
                    .isFalse();
            // The name leads to the DataSource that is not enlisted, and so to a refusal.
            assertThat(catchThrowable(() -> jobs.configured(() -> 1))).hasMessageContaining("ADVLOCK-0305");
        }
    }

    @Test
    void theConfiguredHashIsThatOfTheAnnotationAndOfTheService() throws Exception {
        System.setProperty("advisorylock.hash", "sha-256");
        try (SeContainer container = start()) {
            AdvisoryLockKey key = AdvisoryLockKey.of("job", KeyHash.SHA_256);
            ConfiguredJobs jobs = container.select(ConfiguredJobs.class).get();
            assertThat(jobs.named(() -> isFree(key))).isFalse();
            jta.inTransaction(() -> {
                container.select(TransactionLocks.class).get().on("good").acquire("job");
                assertThat(isFree(key)).isFalse();
            });
            assertThat(jobs.numbered(() -> isFree(AdvisoryLockKey.of(42)))).isFalse();
        }
    }

    @Test
    void aWrongSettingIsRefusedWithWhatIsAllowed() {
        System.setProperty("advisorylock.hash", "crc32");
        assertThat(catchThrowable(() -> start().close()))
                .hasStackTraceContaining("ADVLOCK-0401")
                .hasStackTraceContaining("MD5, SHA_256, NONE");
    }

    @Test
    void aResolverGivesTheKeys() throws Exception {
        try (SeContainer container = start()) {
            ConfiguredJobs jobs = container.select(ConfiguredJobs.class).get();
            assertThat(jobs.resolved(7, () -> isFree(AdvisoryLockKey.of(14)))).isFalse();
            assertThatExceptionOfType(LockKeyException.class)
                    .isThrownBy(() -> jobs.resolved(0, () -> 1))
                    .withMessageContainingAll("ADVLOCK-0209", "Doubling");
            assertThatExceptionOfType(LockGuardException.class)
                    .isThrownBy(() -> jobs.unresolved(() -> 1))
                    .withMessageContainingAll("ADVLOCK-0016", "Missing", "null");
        }
    }
}
