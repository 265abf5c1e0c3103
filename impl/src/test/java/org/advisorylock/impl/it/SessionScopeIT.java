package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.advisorylock.LockLostException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.SessionLocks;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLockLeft.class)
@Timeout(120)
class SessionScopeIT {

    private Application application;
    private Night night;

    @BeforeEach
    void start() throws SQLException {
        System.setProperty("advisorylock.session.heartbeat", "PT2S");
        application = Application.of(Shop.class, Night.class);
        night = application.get(Night.class);
        execute("CREATE TABLE counter (n int)", "INSERT INTO counter VALUES (0)");
    }

    @AfterEach
    void stop() throws SQLException {
        System.clearProperty("advisorylock.session.heartbeat");
        application.close();
        execute("DROP TABLE counter");
    }

    @Test
    void worksWithoutATransaction() throws Exception {
        assertThat(night.outside("k", () -> isFree("k"))).isFalse();
        assertThat(isFree("k")).isTrue();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> night.outside("k", () -> {
                    throw new IllegalStateException("no");
                }));
        assertThat(isFree("k")).isTrue();
    }

    @Test
    void isTakenBeforeTheTransactionAndReleasedAfterIt() throws Exception {
        night.round("k", () -> {
            assertThat(isFree("k")).isFalse();
            try (Connection connection = application.jta().dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate("UPDATE counter SET n = 7");
            }
            return application.monitor().locks();
        });
        assertThat(isFree("k")).isTrue();
        assertThat(read()).isEqualTo(7);
        application.jta().awaitNoneBorrowed();
    }

    @Test
    void aRepeatableReadMethodReadsWhatTheLastHolderCommitted() throws Exception {
        Callable<Integer> increment = () -> {
            try (Connection connection = application.jta().dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
                int read;
                try (ResultSet rows = statement.executeQuery("SELECT n FROM counter")) {
                    rows.next();
                    read = rows.getInt(1);
                }
                return statement.executeUpdate("UPDATE counter SET n = " + (read + 1));
            }
        };
        List<CompletableFuture<Integer>> workers = new ArrayList<>();
        for (int worker = 0; worker < 4; worker++) {
            workers.add(Application.async(() -> {
                int done = 0;
                for (int time = 0; time < 250; time++) {
                    done += night.round("counter", increment);
                }
                return done;
            }));
        }
        for (CompletableFuture<Integer> worker : workers) {
            assertThat(worker.get(90, TimeUnit.SECONDS)).isEqualTo(250);
        }
        assertThat(read()).isEqualTo(1000);
    }

    @Test
    void inARunningTransactionItIsHeldUntilThatHasEnded() throws Exception {
        application.inTransaction(() -> {
            night.round("k", () -> 1);
            night.anew("other", () -> 1);
            assertThat(isFree("other")).isTrue();
            return assertThat(isFree("k")).isFalse();
        });
        assertThat(isFree("k")).isTrue();
    }

    /** Before the commit nobody sees what was written under the lock. */
    @Test
    @SuppressWarnings("LockNotBeforeTry")
    void whatCodeClosesInATransactionIsHeldUntilThatHasEnded() throws Exception {
        SessionLocks locks = application.get(SessionLocks.class);
        application.inTransaction(() -> {
            LockHandle handle = locks.acquire("k");
            handle.close();
            assertThat(handle.isHeld()).isFalse();
            // Its own thread still holds it.
            locks.acquire("k").close();
            night.anew("other", () -> {
                locks.acquire("inner").close();
                return assertThat(isFree("inner")).isFalse();
            });
            assertThat(isFree("inner")).isTrue();
            return assertThat(isFree("k")).isFalse();
        });
        assertThat(isFree("k")).isTrue();
        LockHandle before = locks.acquire("before");
        Lock view = locks.lock("view");
        application.inTransaction(() -> {
            before.close();
            view.lock();
            view.unlock();
            assertThat(isFree("view")).isFalse();
            return assertThat(isFree("before")).isFalse();
        });
        assertThat(isFree("before")).isTrue();
        assertThat(isFree("view")).isTrue();
    }

    @Test
    void soNoUpdateIsLost() throws Exception {
        SessionLocks locks = application.get(SessionLocks.class);
        List<CompletableFuture<Integer>> workers = new ArrayList<>();
        for (int worker = 0; worker < 8; worker++) {
            workers.add(Application.async(() -> {
                for (int time = 0; time < 50; time++) {
                    application.inTransaction(() -> {
                        try (LockHandle handle = locks.acquire("counter")) {
                            assertThat(handle.isHeld()).isTrue();
                            return increment();
                        }
                    });
                }
                return 50;
            }));
        }
        for (CompletableFuture<Integer> worker : workers) {
            assertThat(worker.get(90, TimeUnit.SECONDS)).isEqualTo(50);
        }
        assertThat(read()).isEqualTo(400);
    }

    /** The handle is closed, so nobody else would notice that the transaction was not guarded to its end. */
    @Test
    void whatCodeHasClosedAndIsLostBeforeTheCommitRollsBack() throws Exception {
        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> application.inTransaction(() -> {
                    LockHandle handle = application.get(SessionLocks.class).acquire("k");
                    increment();
                    handle.close();
                    return lose();
                }));
        assertThat(read()).isZero();
    }

    private int increment() throws SQLException {
        try (Connection connection = application.jta().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            int read;
            try (ResultSet rows = statement.executeQuery("SELECT n FROM counter")) {
                rows.next();
                read = rows.getInt(1);
            }
            return statement.executeUpdate("UPDATE counter SET n = " + (read + 1));
        }
    }

    @Test
    void aRunningTransactionThatHasReadAlreadyIsRefused() {
        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> application.inTransaction(() -> {
                    try (Connection connection = application.jta().dataSource().getConnection();
                            Statement statement = connection.createStatement()) {
                        statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
                        assertThat(night.round("first", () -> 1)).isOne();
                        statement.execute("SELECT n FROM counter");
                    }
                    assertThatExceptionOfType(LockGuardException.class)
                            .isThrownBy(() -> night.round("k", () -> 1))
                            .withMessageContainingAll("ADVLOCK-0317", "REPEATABLE READ");
                    return 1;
                }));
        application.jta().awaitNoneBorrowed();
    }

    @Test
    void aCallThatFindsItHeldIsSkippedAndTheLockOutlastsAShortJob() throws Exception {
        assertThat(night.once("job")).isTrue();
        assertThat(night.once("job")).isFalse();
        assertThat(isFree("job")).isFalse();
        night.outside("job", () -> 1);
        assertThat(night.once("job")).isTrue();
        night.outside("job", () -> 1);
    }

    @Test
    void letsSoManyCallsRunAtOnce() throws Exception {
        PermitsIT.assertTwoAtOnce(6, work -> night.twoAtOnce("import", work));
    }

    @Test
    void aCallWhoseLockIsLostSaysSoAndDoesNotCommit() throws Exception {
        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> night.round("k", () -> {
                    try (Connection connection = application.jta().dataSource().getConnection();
                            Statement statement = connection.createStatement()) {
                        statement.executeUpdate("UPDATE counter SET n = 7");
                    }
                    return lose();
                }));
        assertThat(read()).isZero();
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(() -> night.outside("k", this::lose))
                .withMessageContaining("ADVLOCK-0116");
    }

    @Test
    void nestedCallsOfOneThreadShareItAndOtherScopesAreRefused() throws Exception {
        assertThat(night.outside(
                        "k",
                        () -> night.round(
                                "k", () -> application.monitor().locks().size())))
                .isOne();
        night.outside("k", () -> {
            assertThatExceptionOfType(SelfDeadlockException.class)
                    .isThrownBy(() -> application.get(Shop.class).locked("k", () -> 1))
                    .withMessageContainingAll("ADVLOCK-0118", "Night.outside", "Shop.locked");
            return 1;
        });
    }

    /** Ends the session that holds the lock, and waits until the library knows. */
    private boolean lose() throws Exception {
        CountDownLatch lost = new CountDownLatch(1);
        try (LockHandle again = application.get(SessionLocks.class).acquire("k")) {
            again.onLost(lost::countDown);
            execute("SELECT pg_terminate_backend("
                    + application.monitor().locks().get(0).pid() + ")");
            Application.await(lost);
            return again.isHeld();
        }
    }

    private static boolean isFree(String key) throws SQLException {
        try (Rival rival = Rival.open()) {
            return rival.tryLock(AdvisoryLockKey.of(key, KeyHash.MD5).number());
        }
    }

    private static int read() throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT n FROM counter")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void execute(String... sql) throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement()) {
            for (String one : sql) {
                statement.execute(one);
            }
        }
    }
}
