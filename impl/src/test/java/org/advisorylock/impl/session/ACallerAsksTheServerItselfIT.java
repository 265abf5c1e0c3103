package org.advisorylock.impl.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.event.LockEvents;
import org.advisorylock.impl.group.Group;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.testbed.Async;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * If a session has nothing else to do, a caller sends its message itself. Then no other thread must wake up. What a
 * thread of the session promises holds for the caller's thread too.
 */
@ExtendWith(NoLockLeft.class)
@Timeout(120)
class ACallerAsksTheServerItselfIT {

    private static final Duration NO_HEARTBEAT = Duration.ofMinutes(1);
    private static final long RIVALS = AdvisoryLockKey.of("rival", KeyHash.MD5).number();

    private JtaStack jta;
    private final List<SessionLocker> lockers = new ArrayList<>();

    @BeforeEach
    void start() {
        jta = JtaStack.start(5);
    }

    @AfterEach
    void stop() {
        lockers.forEach(SessionLocker::close);
        assertThat(jta.borrowed()).isZero();
        jta.close();
    }

    private JdbcSessionLocks locks(DataSource pool, boolean dedicated, Duration heartbeat) {
        SessionLocker locker =
                new SessionLocker(SessionTimeouts.forLocks(heartbeat), (name, request) -> null, Group::new);
        lockers.add(locker);
        Source source = new Source.One(new LockDatabase("test", pool), dedicated);
        return new JdbcSessionLocks(locker, any -> source, KeyHash.MD5, 1000, LockEvents.UNHEARD, "");
    }

    /** Threads of sessions that wait for something to do. */
    private static List<Long> sessionThreads() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> Arrays.stream(thread.getValue())
                        .anyMatch(frame -> frame.getClassName().endsWith(".ErrandQueue")
                                && frame.getMethodName().equals("await")))
                .map(thread -> thread.getKey().getId())
                .toList();
    }

    /** How often a thread has gone to sleep. */
    private static long sleeps(long thread) {
        return ManagementFactory.getThreadMXBean().getThreadInfo(thread).getWaitedCount();
    }

    private static long sessionThread() {
        List<Long> known = sessionThreads();
        while (known.size() != 1) {
            Thread.onSpinWait();
            known = sessionThreads();
        }
        return known.get(0);
    }

    @Test
    void whileTheThreadOfTheSessionSleeps() throws Exception {
        JdbcSessionLocks locks = locks(jta.outsideTransactions(), true, NO_HEARTBEAT);
        try (LockHandle other = locks.acquire("other");
                Rival rival = Rival.holding(RIVALS)) {
            long thread = sessionThread();
            long before = sleeps(thread);
            for (int pair = 0; pair < 100; pair++) {
                try (LockHandle handle = locks.acquire("k")) {
                    assertThat(handle.isHeld()).isTrue();
                }
                assertThat(locks.tryAcquire("rival", Duration.ZERO)).isEmpty();
            }
            assertThat(sleeps(thread)).isEqualTo(before);
            assertThat(other.isHeld() && rival.pid() > 0).isTrue();
        }
    }

    @Test
    void inATransactionOnTheSessionAndNotOnTheConnectionOfTheTransaction() throws Exception {
        DataSource pool = jta.dataSource();
        JdbcSessionLocks locks = locks(pool, false, NO_HEARTBEAT);
        try (LockHandle other = locks.acquire("other")) {
            long thread = sessionThread();
            long before = sleeps(thread);
            jta.inTransaction(() -> {
                try (Connection enlisted = pool.getConnection()) {
                    long transaction = number(enlisted, "SELECT pg_backend_pid()");
                    try (LockHandle handle = locks.acquire("k")) {
                        assertThat(handle.isHeld()).isTrue();
                        assertThat(number(
                                        enlisted,
                                        "SELECT count(DISTINCT pid) FROM pg_locks WHERE locktype = 'advisory'"))
                                .isOne();
                        assertThat(number(enlisted, "SELECT pid FROM pg_locks WHERE locktype = 'advisory' LIMIT 1"))
                                .isNotEqualTo(transaction);
                    }
                }
            });
            // It looks once a second whether the session is idle.
            assertThat(sleeps(thread)).isLessThanOrEqualTo(before + 1);
            assertThat(other.isHeld()).isTrue();
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void andGoesOnInAnotherSessionIfNoAnswerComes() throws Exception {
        try (TcpProxy proxy = TcpProxy.toDatabase()) {
            JdbcSessionLocks locks =
                    locks(jta.pool(JtaStack.Enlistment.NONE, proxy.jdbcUrl(), 5), true, Duration.ofSeconds(5));
            LockHandle other = locks.acquire("other");
            CountDownLatch told = new CountDownLatch(1);
            other.onLost(told::countDown);
            assertThat(sessionThread()).as("a session that has nothing to do").isPositive();
            proxy.blackhole(true);
            CompletableFuture<Thread> caller = new CompletableFuture<>();
            CompletableFuture<Optional<LockHandle>> answer = Async.run(() -> {
                caller.complete(Thread.currentThread());
                return locks.tryAcquire("k", Duration.ofSeconds(30));
            });
            while (!isHelping(caller.join())) {
                assertThat(answer).as("a call that sent nothing itself").isNotDone();
                Thread.onSpinWait();
            }
            assertThat(told.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(answer).as("the server does not answer").isNotDone();
            proxy.blackhole(false);
            try (LockHandle handle = answer.join().orElseThrow()) {
                assertThat(handle.isHeld()).isTrue();
            }
            assertThat(other.isHeld()).isFalse();
            other.close();
        }
    }

    private static boolean isHelping(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().endsWith(".LockSession")
                        && frame.getMethodName().equals("help"));
    }

    @Test
    void andReleasesNothingOfALostSession() throws Exception {
        JdbcSessionLocks locks = locks(jta.outsideTransactions(), true, NO_HEARTBEAT);
        LockHandle other = locks.acquire("other");
        LockHandle handle = locks.acquire("k");
        try (Rival admin = Rival.open();
                Connection connection = jta.outsideTransactions().getConnection()) {
            assertThat(number(
                            connection,
                            "SELECT count(pg_terminate_backend(pid)) FROM pg_locks"
                                    + " WHERE locktype = 'advisory' AND pid <> " + admin.pid()))
                    .isEqualTo(2);
        }
        handle.close();
        assertThat(other.isHeld()).as("another lock of the session").isFalse();
        other.close();
        try (LockHandle again = locks.acquire("k")) {
            assertThat(again.isHeld()).isTrue();
        }
    }
}
