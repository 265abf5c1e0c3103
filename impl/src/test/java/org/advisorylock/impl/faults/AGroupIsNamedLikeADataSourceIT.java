package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Named;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LeaderElection;
import org.advisorylock.Leadership;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.advisorylock.LockScope;
import org.advisorylock.SessionLocks;
import org.advisorylock.TransactionLocks;
import org.advisorylock.testbed.JtaStack;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A group in the configuration. Its members are three databases. Here they are on one server, so they fail together.
 */
@Timeout(120)
class AGroupIsNamedLikeADataSourceIT {

    private static final List<String> PROPERTIES = List.of(
            "advisorylock.group.fleet",
            "advisorylock.group.pair",
            "advisorylock.datasource.c",
            "advisorylock.session.datasource",
            "advisorylock.session.heartbeat");

    private static OwnServer server;

    @BeforeAll
    static void start() throws Exception {
        server = OwnServer.start(Map.of());
        server.run("CREATE DATABASE a", "CREATE DATABASE b", "CREATE DATABASE cc");
        System.setProperty("advisorylock.group.fleet", "a, b, c");
        System.setProperty("advisorylock.datasource.c", "third");
        System.setProperty("advisorylock.session.heartbeat", "PT1S");
    }

    @AfterAll
    static void stop() throws Exception {
        PROPERTIES.forEach(System::clearProperty);
        server.close();
    }

    @AfterEach
    void oneGroup() {
        System.clearProperty("advisorylock.group.pair");
        System.clearProperty("advisorylock.session.datasource");
    }

    /** What the container finds. */
    @ApplicationScoped
    static class Databases {
        private static DataSource database(String name) {
            PGSimpleDataSource dataSource = new PGSimpleDataSource();
            dataSource.setUrl(server.jdbcUrl(name, "postgres"));
            return dataSource;
        }

        @Produces
        @ApplicationScoped
        @Named("a")
        DataSource a() {
            return database("a");
        }

        @Produces
        @ApplicationScoped
        @Named("b")
        DataSource b() {
            return database("b");
        }

        @Produces
        @ApplicationScoped
        @Named("third")
        DataSource third() {
            return database("cc");
        }
    }

    @ApplicationScoped
    static class GroupReports {
        @AdvisoryLock(value = "report:{0}", scope = LockScope.SESSION, dataSource = "fleet")
        public <T> T expensive(int month, Callable<T> work) throws Exception {
            return work.call();
        }
    }

    @ApplicationScoped
    static class GroupInTransaction {
        @AdvisoryLock(value = "report", dataSource = "fleet")
        public void run() {}
    }

    @ApplicationScoped
    static class GroupWithPermits {
        @AdvisoryLock(value = "report", dataSource = "fleet", scope = LockScope.SESSION, permits = 2)
        public void run() {}
    }

    @ApplicationScoped
    static class GroupOfTwo {
        @AdvisoryLock(value = "report", dataSource = "pair", scope = LockScope.SESSION)
        public void run() {}
    }

    private static long locks() {
        try {
            return server.number("SELECT count(DISTINCT database) " + Fleet.LOCKS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void with(Class<?> bean, Consumer work) throws Exception {
        try (JtaStack jta = JtaStack.start();
                SeContainer container = SeContainerInitializer.newInstance()
                        .addBeanClasses(Databases.class, bean)
                        .initialize()) {
            assertThat(jta.borrowed()).isZero();
            work.accept(container);
        }
    }

    /** Work with a container. */
    @FunctionalInterface
    private interface Consumer {
        void accept(SeContainer container) throws Exception;
    }

    /** The terms that begin, and the negative of those that end. */
    private static final class GroupTerms implements LeadershipListener {
        private final BlockingQueue<Long> told = new LinkedBlockingQueue<>();

        @Override
        public void elected(long term) {
            told.add(term);
        }

        @Override
        public void revoked(long term) {
            told.add(-term);
        }

        long next() throws InterruptedException {
            Long term = told.poll(60, TimeUnit.SECONDS);
            assertThat(term).as("told within a minute").isNotNull();
            return term;
        }
    }

    @Test
    void byElections() throws Exception {
        with(GroupReports.class, container -> {
            LeaderElection elections =
                    container.select(LeaderElection.class).get().on("fleet");
            GroupTerms one = new GroupTerms();
            GroupTerms two = new GroupTerms();
            Leadership first = elections.stand("sync", one);
            long term = one.next();
            assertThat(first.term()).isEqualTo(term).isPositive();
            assertThat(locks()).isBetween(2L, 3L);
            Leadership second = elections.stand("sync", two);
            first.close();
            assertThat(one.next()).isEqualTo(-term);
            assertThat(two.next()).isGreaterThan(term);
            assertThat(second.isLeader()).isTrue();
            second.close();
        });
    }

    @Test
    void byTheAnnotationAndTheServices() throws Exception {
        with(GroupReports.class, container -> {
            long held = container.select(GroupReports.class).get().expensive(11, () -> {
                Await.until("not on all three", () -> locks() == 3);
                return locks();
            });
            assertThat(held).isEqualTo(3);
            assertThat(locks()).isZero();
            SessionLocks locks = container.select(SessionLocks.class).get();
            try (LockHandle handle = locks.on("fleet").acquire("report")) {
                assertThat(handle.fencingToken()).isPositive();
                Await.until("not on all three", () -> locks() == 3);
            }
            System.setProperty("advisorylock.session.datasource", "fleet");
            try (LockHandle handle = locks.tryAcquire("report", Duration.ZERO).orElseThrow()) {
                assertThat(handle.isHeld()).isTrue();
                Await.until("not on all three", () -> locks() == 3);
            }
            assertThatExceptionOfType(LockGuardException.class)
                    .isThrownBy(() -> container
                            .select(TransactionLocks.class)
                            .get()
                            .on("fleet")
                            .acquire("report"))
                    .withMessageContainingAll("ADVLOCK-0318", "'fleet'", "advisorylock.group.fleet");
        });
    }

    @Test
    void whatCannotWorkFailsTheDeployment() {
        System.setProperty("advisorylock.group.pair", "a, b");
        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> with(GroupInTransaction.class, container -> {}))
                .withStackTraceContaining("ADVLOCK-0318");
        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> with(GroupWithPermits.class, container -> {}))
                .withStackTraceContaining("ADVLOCK-0019");
        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> with(GroupOfTwo.class, container -> {}))
                .withStackTraceContaining("ADVLOCK-0401");
    }

    @Test
    void ofAnOddNumberOfDifferentMembers() throws Exception {
        with(GroupReports.class, container -> {
            SessionLocks locks = container.select(SessionLocks.class).get();
            for (String members : Stream.of("a", "a,b", "a,b,", "a,a,b", "a,b,c,third", "a,b,fleet")
                    .toList()) {
                System.setProperty("advisorylock.group.pair", members);
                assertThatExceptionOfType(LockGuardException.class)
                        .as(members)
                        .isThrownBy(() -> locks.on("pair").acquire("report"))
                        .withMessageContainingAll("ADVLOCK-0401", "advisorylock.group.pair", "odd number");
            }
            System.setProperty("advisorylock.group.pair", "a,third,c");
            assertThatExceptionOfType(LockGuardException.class)
                    .isThrownBy(() -> locks.on("pair").acquire("report"))
                    .withMessageContaining("ADVLOCK-0319");
        });
    }
}
