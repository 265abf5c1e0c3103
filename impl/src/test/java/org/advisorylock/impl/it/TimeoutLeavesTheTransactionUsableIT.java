package org.advisorylock.impl.it;

import static org.advisorylock.impl.Requests.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockRequest;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TestDatabase;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLockLeft.class)
class TimeoutLeavesTheTransactionUsableIT {

    private static final AdvisoryLockKey KEY = AdvisoryLockKey.of("k", KeyHash.MD5);

    private static Application application;
    private static Shop shop;

    @BeforeAll
    static void start() throws Exception {
        execute("CREATE TABLE IF NOT EXISTS timeout_it (id int)");
        application = Application.of(Shop.class, Joining.class);
        shop = application.get(Shop.class);
    }

    @AfterAll
    static void stop() throws Exception {
        application.close();
        execute("DROP TABLE timeout_it");
    }

    private static void execute(String sql) throws Exception {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String sql(String sql) throws Exception {
        try (Connection connection = application.jta().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet rows = statement.getResultSet()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }

    private static int rows() throws Exception {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM timeout_it")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** Without a transaction of its own, so nobody marks that of the caller for rollback. */
    @ApplicationScoped
    static class Joining {
        @AdvisoryLock(value = "{keys}", accessTimeout = 50, unit = TimeUnit.MILLISECONDS)
        public void briefly(List<String> keys) {
            throw new AssertionError("called without a lock");
        }

        @AdvisoryLock(value = "{key}", accessTimeout = AdvisoryLock.IMMEDIATE)
        public void atOnce(String key) {
            throw new AssertionError("called without a lock");
        }
    }

    private static LockTimeoutException assertRefused(ThrowingCallable call) {
        LockTimeoutException refusal = catchThrowableOfType(LockTimeoutException.class, call);
        assertThat(refusal).isNotNull();
        return refusal;
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "250ms", "5s", "1min"})
    void andItsLockTimeoutAsItWas(String setting) throws Exception {
        int before = rows();
        Joining joining = application.get(Joining.class);
        try (Rival rival = Rival.holding(KEY.number())) {
            application.inTransaction(() -> {
                sql("SET LOCAL lock_timeout = '" + setting + "'");
                sql("INSERT INTO timeout_it VALUES (1)");

                assertRefused(() -> joining.briefly(List.of("k")));
                assertThat(sql("SHOW lock_timeout")).isEqualTo(setting);
                assertRefused(() -> joining.briefly(List.of("free", "k", "also free")));
                assertRefused(() -> joining.atOnce("k"));
                assertThat(application.locks().tryAcquire("k", Duration.ofMillis(20)))
                        .isFalse();
                assertThat(application
                                .locks()
                                .tryAcquire(
                                        LockRequest.of(KEY)
                                                .and(AdvisoryLockKey.of(1, 2))
                                                .shared(),
                                        Duration.ZERO))
                        .isFalse();
                assertThat(application.locks().isHeld(LockRequest.of(AdvisoryLockKey.of(1, 2))))
                        .isFalse();
                assertThat(sql("SHOW lock_timeout")).isEqualTo(setting);

                application.locks().acquire("other");
                assertThat(sql("SHOW lock_timeout")).isEqualTo(setting);
                return sql("INSERT INTO timeout_it VALUES (2)");
            });
        }
        assertThat(rows()).isEqualTo(before + 2);
    }

    @Test
    void andTellsWhoHeldTheKeyAndHowLongItWaited() throws Exception {
        Joining joining = application.get(Joining.class);
        try (Rival rival = Rival.holding(KEY.number())) {
            LockTimeoutException refusal =
                    application.inTransaction(() -> assertRefused(() -> joining.briefly(List.of("k", "free"))));
            assertThat(refusal.keys()).contains(KEY).hasSize(2);
            assertThat(refusal.waited()).isGreaterThanOrEqualTo(Duration.ofMillis(50));
            assertThat(refusal.holders()).singleElement().satisfies(holder -> {
                assertThat(holder.pid()).isEqualTo(rival.pid());
                assertThat(holder.key().text()).contains("k");
            });
            assertThat(refusal)
                    .hasMessageContainingAll(
                            "ADVLOCK-0101",
                            "'k'",
                            "exclusive",
                            "backend " + rival.pid(),
                            "app '",
                            "since",
                            "accessTimeout");
        }
    }

    @Test
    void andSkipsTheMethodWhereThatIsAskedFor() throws Exception {
        assertThat(shop.once("k")).hasValue(1);
        try (Rival rival = Rival.holding(KEY.number())) {
            assertThat(shop.once("k")).isEmpty();
        }
    }

    /** The order shows it, and no clock: another request that waits longer from the start must end after this one. */
    @Test
    void andKeepsOneDeadlineForAllKeysTogether() throws Exception {
        AdvisoryLockKey first = AdvisoryLockKey.of(1);
        AdvisoryLockKey second = AdvisoryLockKey.of(2);
        try (Rival early = Rival.holding(1);
                Rival late = Rival.holding(2, 3)) {
            CompletableFuture<Boolean> longer = startRequest(List.of(AdvisoryLockKey.of(3)), Duration.ofMillis(5500));
            CompletableFuture<Boolean> both = startRequest(List.of(second, first), Duration.ofSeconds(4));
            Rival.awaitWaiter(1);
            awaitWaitOf(first, Duration.ofSeconds(3));
            // The second key never becomes free, and may be waited for only during the second that is left.
            early.commit();
            Rival.awaitWaiter(2);
            assertThat(CompletableFuture.anyOf(longer, both)
                            .thenApply(any -> longer.isDone())
                            .get())
                    .isEqualTo(false);
            assertThat(both.get()).isFalse();
            assertThat(longer.get()).isFalse();
        }
    }

    private static CompletableFuture<Boolean> startRequest(List<AdvisoryLockKey> keys, Duration wait) {
        return Application.async(
                () -> application.inTransaction(() -> application.locks().tryAcquire(all(keys), wait)));
    }

    /** By the clock of the server, as long as somebody waits at all. */
    private static void awaitWaitOf(AdvisoryLockKey key, Duration length) {
        while (application.monitor().locks().stream()
                .anyMatch(lock -> lock.key().equals(key)
                        && lock.waitingSince() != null
                        && lock.waitingSince().isAfter(Instant.now().minus(length)))) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @Test
    void butRefusesAWaitThatPostgresCannotCount() throws Exception {
        for (Duration wait : List.of(Duration.ofSeconds(-1), Duration.ofDays(25))) {
            application.inTransaction(() -> assertThatIllegalArgumentException()
                    .isThrownBy(() -> application.locks().tryAcquire("k", wait))
                    .withMessageContaining("ADVLOCK-0212"));
        }
    }
}
