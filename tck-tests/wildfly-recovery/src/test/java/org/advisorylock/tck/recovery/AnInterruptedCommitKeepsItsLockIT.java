package org.advisorylock.tck.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMonitor;
import org.advisorylock.tck.recovery.app.Crash;
import org.advisorylock.tck.recovery.app.Transfers;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The JVM ends between the two phases of a commit of two XA resources. The lock stays with the prepared branches, and
 * ends when the restarted server has resolved them.
 */
@Timeout(600)
@ExtendWith(NoLockLeft.class)
class AnInterruptedCommitKeepsItsLockIT {

    private static final AdvisoryLockKey KEY = AdvisoryLockKey.of(Transfers.KEY, KeyHash.MD5);
    private static final long BOUND_SECONDS = 180;

    /** What {@code LockMonitor} needs outside a server. */
    @ApplicationScoped
    static class RecoveryDatabase {
        @Produces
        @ApplicationScoped
        DataSource dataSource() {
            PGSimpleDataSource dataSource = new PGSimpleDataSource();
            dataSource.setUrl(TestDatabase.get().jdbcUrl());
            dataSource.setUser(TestDatabase.get().user());
            dataSource.setPassword(TestDatabase.get().password());
            return dataSource;
        }
    }

    @BeforeEach
    void createTable() throws SQLException {
        execute("DROP TABLE IF EXISTS recovery_row");
        execute("CREATE TABLE recovery_row (backend integer)");
    }

    @AfterEach
    void dropTable() throws SQLException {
        // These are left of a failed test: its table could not be dropped before.
        for (String branch : branches()) {
            execute("ROLLBACK PREPARED '" + branch + "'");
        }
        execute("DROP TABLE recovery_row");
    }

    private static List<String> branches() throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()")) {
            List<String> branches = new ArrayList<>();
            while (row.next()) {
                branches.add(row.getString(1));
            }
            return branches;
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int count(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
            row.next();
            return row.getInt(1);
        }
    }

    private static int rows() throws SQLException {
        try (Connection connection = TestDatabase.get().connect()) {
            return count(connection, "recovery_row");
        }
    }

    @Test
    void afterAnEndInTheSecondPhaseRecoveryCommits() throws Exception {
        assertKeepsItsLockUntilRecovery(Crash.Moment.COMMIT, 2);
    }

    @Test
    void afterAnEndInTheFirstPhaseRecoveryRollsBack() throws Exception {
        assertKeepsItsLockUntilRecovery(Crash.Moment.PREPARE, 0);
    }

    private static void assertKeepsItsLockUntilRecovery(Crash.Moment moment, int committed) throws Exception {
        try (RecoveryServer server = RecoveryServer.start(moment.name())) {
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> server.write(moment));
            assertThat(server.awaitEnd()).isEqualTo(137);
            assertIsHeldByPreparedTransactions();
            assertThat(rows()).isZero();

            server.restart();
            awaitRecovery();
            assertThat(rows()).isEqualTo(committed);
            try (Rival rival = Rival.open()) {
                assertThat(rival.tryLock(KEY.number())).as("the key is free").isTrue();
            }

            server.awaitReady();
            assertThat(server.write(Crash.Moment.NEVER).body()).isEqualTo("written");
            assertThat(rows()).isEqualTo(committed + 2);
        }
    }

    private static void assertIsHeldByPreparedTransactions() throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                Rival rival = Rival.open()) {
            assertThat(count(connection, "pg_prepared_xacts")).isEqualTo(2);
            assertThat(rival.tryLock(KEY.number()))
                    .as("another session is granted the key")
                    .isFalse();
        }
        try (SeContainer container = SeContainerInitializer.newInstance()
                .addBeanClasses(RecoveryDatabase.class)
                .initialize()) {
            List<LockInfo> locks = container.select(LockMonitor.class).get().locks();
            assertThat(locks).singleElement().satisfies(lock -> {
                assertThat(lock.key()).isEqualTo(KEY);
                assertThat(lock.granted()).isTrue();
                assertThat(lock.pid()).as("no backend: it is prepared").isNull();
            });
        }
    }

    /**
     * Waits until no branch is left. If a branch is still there after a look at the lock, the lock was held at that
     * look.
     */
    private static void awaitRecovery() throws SQLException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
        try (Connection connection = TestDatabase.get().connect()) {
            boolean held = true;
            while (count(connection, "pg_prepared_xacts") == 2) {
                assertThat(held).as("the lock, while its branches are prepared").isTrue();
                assertThat(System.nanoTime()).as("recovery takes too long").isLessThan(deadline);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                held = count(connection, "pg_locks WHERE locktype = 'advisory' AND pid IS NULL AND granted") == 1;
            }
            while (count(connection, "pg_prepared_xacts") > 0) {
                assertThat(System.nanoTime()).as("recovery takes too long").isLessThan(deadline);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
    }
}
