package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Named;
import jakarta.transaction.Transaction;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.advisorylock.LockHandle;
import org.advisorylock.LockMode;
import org.advisorylock.LockRequest;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.SessionLocks;
import org.advisorylock.TransactionLocks;
import org.advisorylock.impl.Requests;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.JtaStack.Enlistment;
import org.advisorylock.testbed.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A thread that holds a key by the transactions of members, and by a lock of their group. */
@ExtendWith(Heartbeat.class)
@Timeout(120)
class AGroupKnowsTheTransactionsOfItsThreadIT {

    private static final String KEY = "report";
    private static final String GROUP = "advisorylock.group.fleet";
    private static final Duration LONG = Duration.ofSeconds(60);

    private static OwnServer server;
    private static JtaStack jta;
    private static DataSource a;
    private static DataSource b;
    private static DataSource c;

    private SeContainer container;

    /** What the container finds. */
    @ApplicationScoped
    static class ThreeDatabases {
        @Produces
        @ApplicationScoped
        @Named("a")
        DataSource a() {
            return a;
        }

        @Produces
        @ApplicationScoped
        @Named("b")
        DataSource b() {
            return b;
        }

        @Produces
        @ApplicationScoped
        @Named("c")
        DataSource c() {
            return c;
        }
    }

    @BeforeAll
    static void startServer() throws Exception {
        server = OwnServer.start(Map.of("max_prepared_transactions", "20"));
        server.run("CREATE DATABASE a", "CREATE DATABASE b", "CREATE DATABASE c");
        System.setProperty(GROUP, "a,b,c");
    }

    @AfterAll
    static void stopServer() throws Exception {
        System.clearProperty(GROUP);
        server.close();
    }

    @BeforeEach
    void start() {
        jta = JtaStack.start();
        a = pool("a");
        b = pool("b");
        c = pool("c");
        container = SeContainerInitializer.newInstance()
                .addBeanClasses(ThreeDatabases.class)
                .initialize();
        // A server counts two heartbeats after its start.
        group().acquire("first").close();
    }

    @AfterEach
    void nothingIsLeft() {
        try {
            Await.until("locks are left", () -> locks() == 0);
        } finally {
            container.close();
            jta.awaitNoneBorrowed();
            jta.close();
        }
    }

    private static DataSource pool(String database) {
        return jta.pool(Enlistment.XA, server.jdbcUrl(database, "postgres"), 10);
    }

    private static long locks() throws Exception {
        return server.number("SELECT count(*) " + Fleet.LOCKS);
    }

    private SessionLocks group() {
        return container.select(SessionLocks.class).get().on("fleet");
    }

    private TransactionLocks of(String member) {
        return container.select(TransactionLocks.class).get().on(member);
    }

    /** Suspends the transaction of this thread for that of the work. */
    private static void inNewTransaction(ThrowingRunnable work) throws Exception {
        Transaction suspended = jta.transactionManager().suspend();
        try {
            jta.inTransaction(work);
        } finally {
            jta.transactionManager().resume(suspended);
        }
    }

    private Connection rival(String member) throws Exception {
        Connection rival = DriverManager.getConnection(server.jdbcUrl(member, "postgres"));
        PlainSql.number(rival, "SELECT 1 FROM pg_advisory_lock(" + PlainSql.key(KEY) + ")");
        return rival;
    }

    @Test
    void whoseMinorityTheyHoldIsTakenWithTheOthers() throws Exception {
        LockHandle[] handle = new LockHandle[1];
        jta.inTransaction(() -> {
            of("a").acquire(KEY);
            handle[0] = group().tryAcquire(KEY, LONG).orElseThrow();
            assertThat(handle[0]).asString().contains("on 2 of 3");
            // Its transaction holds the key there, so it is granted again.
            of("a").acquire(KEY);
            assertThat(of("a").isHeld(KEY)).isTrue();
        });
        GroupNode.awaitWhole(handle[0]);
        handle[0].close();
    }

    @Test
    void whoseMajorityTheyHoldIsRefusedAtOnce() throws Exception {
        jta.inTransaction(() -> {
            of("a").acquire(KEY);
            inNewTransaction(() -> {
                of("c").acquire(KEY);
                for (LockMode mode : LockMode.values()) {
                    assertThatExceptionOfType(SelfDeadlockException.class)
                            .isThrownBy(() -> group().acquire(Requests.inMode(mode, LockRequest.of(KEY))))
                            .withMessageContaining("ADVLOCK-0117");
                }
            });
        });
        jta.inTransaction(() -> {
            of("a").acquire(LockRequest.of(KEY).shared());
            of("b").acquire(LockRequest.of(KEY).shared());
            group().acquire(LockRequest.of(KEY).shared()).close();
            assertThatExceptionOfType(SelfDeadlockException.class)
                    .isThrownBy(() -> group().acquire(KEY))
                    .withMessageContaining("ADVLOCK-0117");
        });
    }

    /**
     * What the transaction of the thread holds counts as if somebody else held it. Others may release theirs, and then
     * there is a majority.
     */
    @Test
    void whoseMinorityTheyHoldBesideAnotherProgramWaits() throws Exception {
        try (Connection rival = rival("b")) {
            jta.inTransaction(() -> {
                of("a").acquire(KEY);
                assertThat(group().tryAcquire(KEY, Duration.ZERO)).isEmpty();
                assertThat(group().tryAcquire(KEY, Duration.ofMillis(300))).isEmpty();
                PlainSql.number(rival, "SELECT pg_advisory_unlock(" + PlainSql.key(KEY) + ")::int");
                group().tryAcquire(KEY, LONG).orElseThrow().close();
            });
        }
    }

    /**
     * Otherwise the group would lock the member between the check and the lock of the transaction, which would then
     * wait for its own thread.
     */
    @Test
    void keepsItsTransactionsFromAllMembersWhicheverHaveGrantedIt() throws Exception {
        try (Connection rival = rival("c")) {
            assertThat(rival.isClosed()).isFalse();
            LockHandle handle = group().tryAcquire(KEY, LONG).orElseThrow();
            assertThat(handle).asString().contains("on 2 of 3");
            for (String member : new String[] {"a", "b", "c"}) {
                jta.inTransaction(() -> {
                    assertThatExceptionOfType(SelfDeadlockException.class)
                            .isThrownBy(() -> of(member).tryAcquire(KEY, Duration.ZERO))
                            .withMessageContaining("ADVLOCK-0118");
                    assertThat(of(member).tryAcquire("another", Duration.ZERO)).isTrue();
                });
                assertThat(BankApplication.async(
                                        () -> jta.inTransaction(() -> of(member).tryAcquire(KEY, Duration.ZERO)))
                                .join())
                        .isFalse();
            }
            handle.close();
            jta.inTransaction(() -> of("a").acquire(KEY));
        }
    }

    @Test
    void sharedLetsThemShare() throws Exception {
        try (LockHandle handle = group().acquire(LockRequest.of(KEY).shared())) {
            assertThat(handle.isHeld()).isTrue();
            jta.inTransaction(() -> {
                of("a").acquire(LockRequest.of(KEY).shared());
                assertThatExceptionOfType(SelfDeadlockException.class)
                        .isThrownBy(() -> of("b").acquire(KEY))
                        .withMessageContaining("ADVLOCK-0118");
            });
        }
    }
}
