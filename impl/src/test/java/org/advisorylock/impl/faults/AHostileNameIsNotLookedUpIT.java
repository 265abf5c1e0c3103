package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Named;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.SessionLocks;
import org.advisorylock.TransactionLocks;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.NoLockLeft;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Code that takes the name of a DataSource from a request must not make this JVM connect to wherever the request says.
 */
@ExtendWith(NoLockLeft.class)
@Timeout(120)
class AHostileNameIsNotLookedUpIT {

    /** Its beans. */
    @ApplicationScoped
    static class Beans {
        static DataSource dataSource;

        @Produces
        @ApplicationScoped
        @Named("billing")
        DataSource dataSource() {
            return dataSource;
        }
    }

    /** Names in annotations. */
    @ApplicationScoped
    @Transactional
    static class Annotated {
        @AdvisoryLock(value = "k", dataSource = "ldap://127.0.0.1/dc=example")
        public void byUrl() {}

        @AdvisoryLock(value = "k", dataSource = "jdbc/nowhere")
        public void withoutScheme() {}
    }

    private final JtaStack jta = JtaStack.start();
    private SeContainer container;
    private ServerSocketChannel server;

    @BeforeEach
    void start() throws IOException {
        server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.configureBlocking(false);
        System.setProperty("advisorylock.datasource", "billing");
        System.setProperty("advisorylock.datasource.evil", url("ldap"));
        Beans.dataSource = jta.dataSource();
        container = SeContainerInitializer.newInstance()
                .addBeanClasses(Beans.class, Annotated.class)
                .initialize();
    }

    @AfterEach
    void stop() throws IOException {
        container.close();
        server.close();
        jta.close();
        System.clearProperty("advisorylock.datasource");
        System.clearProperty("advisorylock.datasource.evil");
    }

    private String url(String scheme) {
        return scheme + "://127.0.0.1:" + server.socket().getLocalPort() + "/x";
    }

    private List<String> hostile() {
        return Stream.of(
                        Stream.of(
                                        "ldap",
                                        "ldaps",
                                        "rmi",
                                        "dns",
                                        "iiop",
                                        "LDAP",
                                        " ldap",
                                        "\tldap",
                                        "java:comp/env/ldap",
                                        "java:ldap")
                                .map(this::url),
                        Stream.of(
                                "corbaname::127.0.0.1:" + server.socket().getLocalPort() + "#x",
                                "corbaloc:rir:/x",
                                "JAVA:x",
                                "a:b"),
                        Stream.of(
                                "java:comp/env/jdbc/x\r\nFAKE LOG LINE",
                                "java:" + "x".repeat(100_000),
                                "x".repeat(100_000)))
                .flatMap(names -> names)
                .toList();
    }

    private void assertUntouched() throws IOException {
        assertThat(server.accept()).as("a connection to where the name says").isNull();
    }

    @Test
    void byTransactionLocks() throws Exception {
        TransactionLocks locks = container.select(TransactionLocks.class).get();
        for (String name : hostile()) {
            jta.inTransaction(() -> {
                assertThatExceptionOfType(LockGuardException.class)
                        .isThrownBy(() -> locks.on(name).acquire("k"))
                        .withMessageContaining("ADVLOCK-0322")
                        .satisfies(refusal -> assertThat(refusal.getMessage())
                                .hasSizeLessThan(1000)
                                .doesNotContainPattern("\\p{Cntrl}"));
                assertThatExceptionOfType(LockGuardException.class)
                        .isThrownBy(() -> locks.on(name).isHeld("k"));
            });
            assertUntouched();
        }
    }

    @Test
    void bySessionLocks() throws Exception {
        SessionLocks locks = container.select(SessionLocks.class).get();
        for (String name : hostile()) {
            assertThatExceptionOfType(LockGuardException.class)
                    .isThrownBy(() -> locks.on(name).acquire("k"))
                    .withMessageContaining("ADVLOCK-0322");
            assertUntouched();
        }
    }

    @Test
    void norIfItIsWrittenInAnAnnotationOrTheConfiguration() throws Exception {
        Annotated annotated = container.select(Annotated.class).get();
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(annotated::byUrl)
                .withMessageContaining("ADVLOCK-0322");
        TransactionLocks locks = container.select(TransactionLocks.class).get();
        jta.inTransaction(() -> assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> locks.on("evil").acquire("k"))
                .withMessageContaining("ADVLOCK-0322"));
        assertUntouched();
    }

    @Test
    void whileNamesOfBeansAndOfTheDirectoryAreFound() throws Exception {
        TransactionLocks locks = container.select(TransactionLocks.class).get();
        jta.inTransaction(() -> {
            locks.on("billing").acquire("k");
            locks.assertHeld("k");
            // JNDI is asked, but this test has no directory.
            assertThatExceptionOfType(LockGuardException.class)
                    .isThrownBy(() -> locks.on("java:app/jdbc/nowhere").acquire("k"))
                    .withMessageContainingAll("ADVLOCK-0309", "JNDI says");
            assertThatExceptionOfType(LockGuardException.class)
                    .isThrownBy(() -> locks.on("jdbc/nowhere").acquire("k"))
                    .withMessageContainingAll("ADVLOCK-0309", "begin with java:");
        });
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> container.select(Annotated.class).get().withoutScheme())
                .withMessageContainingAll("ADVLOCK-0309", "JNDI says");
    }
}
