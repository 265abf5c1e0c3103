package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Named;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.advisorylock.SessionLocks;
import org.advisorylock.TransactionLocks;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.NoLockLeft;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** DataSources that are equal and not the same, as on Helidon, and one that is null. */
@ExtendWith(NoLockLeft.class)
class EqualDataSourcesIT {

    private final JtaStack jta = JtaStack.start();
    private SeContainer container;

    @ApplicationScoped
    static class EqualOnes {

        static final List<String> asked = new ArrayList<>();
        static DataSource first;
        static DataSource second;

        @Produces
        @Named("first")
        DataSource first() {
            return first;
        }

        @Produces
        @Named("second")
        DataSource second() {
            return second;
        }

        @Produces
        @Named("none")
        @Nullable
        DataSource none() {
            return null;
        }
    }

    /** Equal to all others of its kind. */
    private static DataSource equalOne(String name, DataSource behind) {
        return (DataSource) Proxy.newProxyInstance(
                EqualDataSourcesIT.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("equals")) {
                        return Proxy.isProxyClass(arguments[0].getClass());
                    }
                    if (method.getName().equals("hashCode")) {
                        return 1;
                    }
                    if (method.getName().equals("getConnection")) {
                        EqualOnes.asked.add(name);
                    }
                    return method.invoke(behind, arguments);
                });
    }

    @BeforeEach
    void start() {
        EqualOnes.asked.clear();
        EqualOnes.first = equalOne("first", jta.dataSource());
        EqualOnes.second = equalOne("second", jta.dataSource());
        assertThat(EqualOnes.first).isEqualTo(EqualOnes.second);
        container = SeContainerInitializer.newInstance()
                .addBeanClasses(EqualOnes.class)
                .initialize();
    }

    @AfterEach
    void stop() {
        container.close();
        jta.close();
    }

    @Test
    void eachTransactionLockIsTakenByTheNamedOne() throws Exception {
        TransactionLocks locks = container.select(TransactionLocks.class).get();
        jta.inTransaction(() -> locks.on("first").acquire("a"));
        EqualOnes.asked.clear();
        jta.inTransaction(() -> locks.on("second").acquire("b"));
        assertThat(EqualOnes.asked).isNotEmpty().containsOnly("second");
    }

    @Test
    void eachSessionLockIsTakenByTheNamedOne() {
        SessionLocks locks = container.select(SessionLocks.class).get();
        locks.on("first").acquire("a").close();
        EqualOnes.asked.clear();
        try (LockHandle held = locks.on("second").acquire("b")) {
            assertThat(held.isHeld()).isTrue();
            assertThat(EqualOnes.asked).isNotEmpty().containsOnly("second");
        }
    }

    @Test
    void oneThatIsNullIsRefused() {
        SessionLocks locks = container.select(SessionLocks.class).get();
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> locks.on("none").acquire("a"))
                .withMessageContainingAll("ADVLOCK-0309", "none", "null");
    }
}
