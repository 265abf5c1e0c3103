package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.persistence.SharedCacheMode;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.advisorylock.testbed.NoLockLeft;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two servers change one account in turn under the lock. A shared cache gives each server the entity that it last saw
 * itself.
 */
@ExtendWith({NoLockLeft.class, OneAccount.class})
@Timeout(120)
class ASharedEntityCacheIsOldIT {

    private final BankApplication application = BankApplication.start();

    @BeforeEach
    void fillAccount() throws SQLException {
        PlainSql.run("UPDATE faults_account SET balance = 100");
    }

    @AfterEach
    void stop() {
        application.close();
    }

    private long balanceAfterThreeWithdrawals(SharedCacheMode mode, boolean refresh) throws Exception {
        try (EntityServer one = new EntityServer(application, mode);
                EntityServer two = new EntityServer(application, mode)) {
            one.withdraw(1, 10, refresh);
            two.withdraw(1, 30, refresh);
            one.withdraw(1, 20, refresh);
            return PlainSql.balance(1);
        }
    }

    @Test
    void byDefaultWhichTheDeploymentWarnsOf() throws Exception {
        assertThat(balanceAfterThreeWithdrawals(SharedCacheMode.UNSPECIFIED, false))
                .as("the 30 of the other server are lost")
                .isEqualTo(70);
    }

    @Test
    void butNotWithoutTheCache() throws Exception {
        assertThat(balanceAfterThreeWithdrawals(SharedCacheMode.NONE, false)).isEqualTo(40);
    }

    @Test
    void norAfterARefresh() throws Exception {
        assertThat(balanceAfterThreeWithdrawals(SharedCacheMode.UNSPECIFIED, true))
                .isEqualTo(40);
    }

    /** Without the annotation. */
    @ApplicationScoped
    static class Unlocked {
        void work() {}
    }

    @Test
    void andTheDeploymentWarnsOnlyIfTheAnnotationIsUsed(@TempDir Path classes) throws Exception {
        Path folder = Files.createDirectories(classes.resolve("META-INF"));
        Files.writeString(
                folder.resolve("persistence.xml"), "<persistence><persistence-unit name='shop'/></persistence>");
        assertThat(warnings(classes, LockedBank.class, BankApplication.BankBeans.class))
                .singleElement()
                .asString()
                .contains("ADVLOCK-0515", "'shop'");
        assertThat(warnings(classes, Unlocked.class)).isEmpty();
    }

    /** The warnings about the cache that a deployment of these beans logs. */
    private static List<String> warnings(Path classes, Class<?>... beans) throws Exception {
        List<String> warnings = Collections.synchronizedList(new ArrayList<>());
        Handler recorder = new Handler() {
            @Override
            public void publish(LogRecord record) {
                if (record.getMessage().contains("ADVLOCK-0515")) {
                    warnings.add(record.getMessage());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger root = Logger.getLogger("");
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        root.addHandler(recorder);
        try (URLClassLoader application =
                new URLClassLoader(new URL[] {classes.toUri().toURL()}, before)) {
            thread.setContextClassLoader(application);
            try (SeContainer container =
                    SeContainerInitializer.newInstance().addBeanClasses(beans).initialize()) {
                assertThat(container.isRunning()).isTrue();
            }
        } finally {
            thread.setContextClassLoader(before);
            root.removeHandler(recorder);
        }
        return warnings;
    }
}
