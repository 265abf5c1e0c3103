package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.transaction.RollbackException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockDeadlockException;
import org.advisorylock.LockGuardException;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TestDatabase;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever would make the guard guard nothing is refused. */
@ExtendWith(NoLockLeft.class)
class VoidGuardIT {

    private Application application;

    @AfterEach
    void stop() {
        application.close();
        System.clearProperty("advisorylock.isolation");
    }

    private Shop shop(DataSource dataSource, JtaStack jta) {
        TestDataSources.local = dataSource;
        application = Application.start(jta, Shop.class);
        return application.get(Shop.class);
    }

    private void assertRefused(Shop shop, String... taught) {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> shop.locked("k", () -> {
                    throw new AssertionError("called without a lock");
                }))
                .withMessageContainingAll(taught);
    }

    @Test
    void onADataSourceOutsideJta() {
        JtaStack jta = JtaStack.start();
        assertRefused(shop(jta.outsideTransactions(), jta), "ADVLOCK-0305", "jta=true");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void onAnAutocommitConnectionThatComesLaterWhateverTheDriverTells(boolean opaque) throws Exception {
        JtaStack jta = JtaStack.start();
        Switching dataSource = new Switching(jta.dataSource());
        dataSource.opaque = opaque;
        Shop shop = shop(dataSource, jta);
        assertThat(shop.locked("k", () -> 1)).isEqualTo(1);
        dataSource.target = jta.outsideTransactions();
        assertRefused(shop, "ADVLOCK-0304", "autocommit");
    }

    @Test
    void onADatabaseThatIsNotPostgres() {
        JtaStack jta = JtaStack.start();
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL("jdbc:h2:mem:void");
        assertRefused(shop(h2, jta), "ADVLOCK-0306", "H2", "advisorylock.datasource");
    }

    @Test
    void inATransactionThatIsMarkedForRollback() throws Exception {
        JtaStack jta = JtaStack.start();
        Shop shop = shop(jta.dataSource(), jta);
        jta.transactionManager().begin();
        jta.transactionManager().setRollbackOnly();
        assertRefused(shop, "ADVLOCK-0302", "marked for rollback");
        jta.transactionManager().rollback();
    }

    @Test
    void onAnXaConnectionItWorks() throws Exception {
        JtaStack jta = JtaStack.start();
        Shop shop = shop(jta.xaDataSource(), jta);
        long key = AdvisoryLockKey.of("k", KeyHash.MD5).number();
        boolean free = shop.locked("k", () -> {
            try (Rival rival = Rival.open()) {
                return rival.tryLock(key);
            }
        });
        assertThat(free).isFalse();
    }

    /**
     * One holder commits v=1 while a transaction in REPEATABLE READ waits for its lock. The transaction then reads the
     * old value.
     */
    @Test
    void inRepeatableReadUnlessItIsAllowedAndThenReadsAreStale() throws Exception {
        JtaStack jta = JtaStack.start();
        TestDataSources.local = jta.dataSource();
        execute("CREATE TABLE IF NOT EXISTS stale_it (v int)", "TRUNCATE stale_it", "INSERT INTO stale_it VALUES (0)");
        application = Application.start(jta, Shop.class);
        for (String level : List.of("REPEATABLE READ", "SERIALIZABLE")) {
            Throwable refusal = catchThrowable(() -> readUnderLock(level));
            assertThat(refusal).isInstanceOf(LockGuardException.class).hasMessageContainingAll("ADVLOCK-0313", level);
        }
        application.close();

        System.setProperty("advisorylock.isolation", "allow");
        application = Application.of(Shop.class);
        long key = AdvisoryLockKey.of("k", KeyHash.MD5).number();
        for (String level : List.of("READ COMMITTED", "REPEATABLE READ")) {
            execute("UPDATE stale_it SET v = 0");
            try (Rival rival = Rival.holding(key);
                    Statement statement = rival.connection().createStatement()) {
                CompletableFuture<Integer> read = Application.async(() -> readUnderLock(level));
                Rival.awaitWaiter(key);
                statement.execute("UPDATE stale_it SET v = 1");
                rival.commit();
                assertThat(read.get()).as(level).isEqualTo(level.equals("READ COMMITTED") ? 1 : 0);
            }
        }
        execute("DROP TABLE stale_it");
    }

    private int readUnderLock(String level) throws Exception {
        DataSource dataSource = application.jta().dataSource();
        return application.inTransaction(() -> {
            try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("SET TRANSACTION ISOLATION LEVEL " + level);
                application.locks().acquire("k");
                try (ResultSet rows = statement.executeQuery("SELECT v FROM stale_it")) {
                    rows.next();
                    return rows.getInt(1);
                }
            }
        });
    }

    /** The first waiter looks for a deadlock first, so it is the victim. It swallows the error, and must not commit. */
    @Test
    void afterADeadlockNothingOfTheVictimIsCommitted() throws Exception {
        JtaStack jta = JtaStack.start();
        shop(jta.dataSource(), jta);
        long first = AdvisoryLockKey.of("first", KeyHash.MD5).number();
        long second = AdvisoryLockKey.of("second", KeyHash.MD5).number();
        try (Rival rival = Rival.holding(second);
                Statement statement = rival.connection().createStatement()) {
            // Otherwise it could be the victim, on a machine that is busy for a second.
            statement.execute("SET LOCAL deadlock_timeout = '1min'");
            CompletableFuture<Throwable> victim =
                    Application.async(() -> catchThrowable(() -> application.inTransaction(() -> {
                        application.locks().acquire("first");
                        Throwable deadlock =
                                catchThrowable(() -> application.locks().acquire("second"));
                        assertThat(deadlock)
                                .isInstanceOf(LockDeadlockException.class)
                                .hasMessageContaining("ADVLOCK-0102");
                        return 1;
                    })));
            Rival.awaitWaiter(second);
            rival.lock(first);
            assertThat(victim.get()).isInstanceOf(RollbackException.class);
        }
    }

    private static void execute(String... statements) throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
