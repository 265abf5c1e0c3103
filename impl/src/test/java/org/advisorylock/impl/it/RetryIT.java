package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockGuardException;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLockLeft.class)
class RetryIT {

    private static Application application;
    private static Shop shop;

    /** Writes, and then fails as often as the test says. */
    @ApplicationScoped
    static class Flaky {
        @Transactional
        @AdvisoryLock(value = "flaky", retries = 3)
        public int run(AtomicInteger calls, int failures, Exception failure) throws Exception {
            sql("INSERT INTO retry_it VALUES (" + calls.incrementAndGet() + ")");
            if (calls.get() <= failures) {
                throw failure;
            }
            return calls.get();
        }

        @Transactional(TxType.REQUIRES_NEW)
        @AdvisoryLock(value = "{key}", retries = 1)
        public int anew(String key) {
            return 1;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS retry_it; CREATE TABLE retry_it (n int)");
        }
        application = Application.of(Shop.class, Flaky.class);
        shop = application.get(Shop.class);
    }

    @AfterAll
    static void stop() throws Exception {
        application.close();
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE retry_it");
        }
    }

    private static int sql(String text) throws SQLException {
        try (Connection connection = application.jta().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(text);
            try (ResultSet rows = statement.getResultSet()) {
                return rows != null && rows.next() ? rows.getInt(1) : 0;
            }
        }
    }

    private static int count() throws Exception {
        return application.inTransaction(() -> sql("SELECT count(*) FROM retry_it"));
    }

    @Test
    void aLockTimeoutIsTriedAgainUntilTheKeyIsFree() throws Exception {
        long key = AdvisoryLockKey.of("k", KeyHash.MD5).number();
        AtomicInteger calls = new AtomicInteger();
        try (Rival rival = Rival.holding(key)) {
            CompletableFuture<Integer> result = Application.async(() -> shop.again("k", calls::incrementAndGet));
            // It waited, was refused, and waits again in a new transaction.
            Rival.awaitWaiter(key);
            Rival.awaitWaiters(key, 0);
            Rival.awaitWaiter(key);
            rival.commit();
            assertThat(result.get()).isEqualTo(1);
        }
    }

    @Test
    void nothingOfAFailedRunStays() throws Exception {
        int before = count();
        Flaky flaky = application.get(Flaky.class);
        AtomicInteger calls = new AtomicInteger();
        assertThat(flaky.run(calls, 3, new IllegalStateException(new SQLException("could not serialize", "40001"))))
                .isEqualTo(4);
        assertThat(count()).isEqualTo(before + 1);
    }

    @Test
    void afterTheLastRetryTheFailureIsThrown() throws Exception {
        int before = count();
        AtomicInteger calls = new AtomicInteger();
        assertThatIllegalStateException().isThrownBy(() -> application
                .get(Flaky.class)
                .run(calls, 9, new IllegalStateException(new SQLException("deadlock detected", "40P01"))));
        assertThat(calls).hasValue(4);
        assertThat(count()).isEqualTo(before);
    }

    @Test
    void otherFailuresAreThrownAtOnce() {
        AtomicInteger calls = new AtomicInteger();
        assertThatIllegalStateException()
                .isThrownBy(() -> application.get(Flaky.class).run(calls, 9, new IllegalStateException("broken")));
        assertThat(calls).hasValue(1);
    }

    @Test
    void aCallThatJoinsATransactionSaysThatItCannot() throws Exception {
        application.inTransaction(() -> assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> shop.again("k", () -> 1))
                .withMessageContainingAll("ADVLOCK-0017", "joins"));
        assertThat(application.inTransaction(() -> application.get(Flaky.class).anew("k")))
                .isEqualTo(1);
    }
}
