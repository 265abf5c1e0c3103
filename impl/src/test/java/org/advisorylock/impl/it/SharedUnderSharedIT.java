package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Qualifier;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockRequest;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A thread that holds a key in shared mode gets it in shared mode in another session too. But not while somebody waits
 * for it in exclusive mode: PostgreSQL would queue the thread behind that waiter, which waits for the thread.
 */
@ExtendWith(NoLockLeft.class)
@Timeout(30)
class SharedUnderSharedIT {

    private static final long KEY = AdvisoryLockKey.of("k", KeyHash.MD5).number();

    private static Application application;

    /** A transactional method that returned it would keep the transaction open. */
    private CompletableFuture<Boolean> waiter = new CompletableFuture<>();

    private static Shop shop;
    private static Shelf shelf;

    @Qualifier
    @Retention(RetentionPolicy.RUNTIME)
    @interface Second {}

    /** Another way to the same database. */
    @ApplicationScoped
    static class SecondSourceBean {
        static DataSource second;

        @Produces
        @Second
        @Named("second")
        @ApplicationScoped
        DataSource dataSource() {
            return second;
        }
    }

    @BeforeAll
    static void start() {
        JtaStack jta = JtaStack.start();
        SecondSourceBean.second = jta.xaDataSource();
        application = Application.of(jta, Shop.class, Shelf.class, Shelf.RowResolver.class, SecondSourceBean.class);
        shop = application.get(Shop.class);
        shelf = application.get(Shelf.class);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    /** Lets the rival wait for the key in exclusive mode, behind a shared lock. */
    private void startWaiter(Rival rival) {
        waiter = Application.async(() -> {
            rival.lock(KEY);
            return true;
        });
        Rival.awaitWaiter(KEY);
    }

    private static void assertRefused(ThrowingCallable call, String holder, String... places) {
        assertThat(catchThrowable(call))
                .isInstanceOf(SelfDeadlockException.class)
                .hasMessageContainingAll("ADVLOCK-0123", "'k'", holder)
                .hasMessageContainingAll(places);
    }

    /** Before PostgreSQL 17 a try is refused behind a waiter, even if its own session holds the key. */
    @Test
    void isGrantedAtOnceToWhoHoldsTheKeyExclusively() throws Exception {
        try (Rival rival = Rival.open()) {
            application.inTransaction(() -> {
                application.locks().acquire("k");
                startWaiter(rival);
                return assertThat(application
                                .locks()
                                .tryAcquire(LockRequest.of("k").shared(), Duration.ZERO))
                        .isTrue();
            });
            assertThat(waiter.get()).isTrue();
        }
    }

    @Test
    void isRefusedBehindAWaiterInANewTransaction() throws Exception {
        try (Rival rival = Rival.open()) {
            shop.shared("k", () -> {
                assertThat(shop.anewShared("k", () -> 1)).isEqualTo(1);
                startWaiter(rival);
                assertRefused(
                        () -> shop.anewShared("k", () -> 1),
                        "a suspended transaction of this thread",
                        "Shop.shared(",
                        "Shop.anewShared(");
                return 1;
            });
            assertThat(waiter.get()).isTrue();
        }
    }

    @Test
    void isRefusedBehindAWaiterByAnotherDataSource() throws Exception {
        shelf.sharedBySecond("warm up", () -> 1);
        try (Rival rival = Rival.open()) {
            shop.shared("k", () -> {
                startWaiter(rival);
                assertThatExceptionOfType(SelfDeadlockException.class)
                        .isThrownBy(() -> shop.unlocked(() -> shelf.sharedBySecond("k", () -> 1)))
                        .withMessageContainingAll("ADVLOCK-0123", "this very transaction", "Shop.shared(");
                return 1;
            });
            assertThat(waiter.get()).isTrue();
        }
    }

    @Test
    void isRefusedBehindAWaiterUnderASessionLock() throws Exception {
        try (Rival rival = Rival.open()) {
            shelf.sharedBySession("k", () -> {
                assertThat(shop.shared("k", () -> 1)).isEqualTo(1);
                startWaiter(rival);
                assertRefused(() -> shop.shared("k", () -> 1), "this thread as a session lock", "Shop.shared(");
                return 1;
            });
            assertThat(waiter.get()).isTrue();
        }
    }

    @Test
    void isRefusedBehindAWaiterAsASessionLock() throws Exception {
        try (Rival rival = Rival.open()) {
            shop.shared("k", () -> {
                startWaiter(rival);
                assertRefused(
                        () -> shelf.sharedBySession("k", () -> 1), "a transaction of this thread", "Shop.shared(");
                return 1;
            });
            assertThat(waiter.get()).isTrue();
        }
    }

    /** Otherwise it would wait at the gate behind a waiter that waits for its own thread. */
    @Test
    void overtakesAWaiterAtTheGateOfThisJvm() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        shop.shared("k", () -> {
            waiter = Application.async(() -> {
                thread.complete(Thread.currentThread());
                return shop.locked("k", () -> true);
            });
            Application.awaitBlocked(thread.get());
            return assertThat(shop.anewShared("k", () -> 1)).isEqualTo(1);
        });
        assertThat(waiter.get()).isTrue();
    }

    @Test
    void anUpgradeOfOneKeyWaitsForTheOther() throws Exception {
        long busy = AdvisoryLockKey.of("busy", KeyHash.MD5).number();
        try (Rival rival = Rival.holding(busy)) {
            CompletableFuture<Boolean> rivalEnds = Application.async(() -> {
                Rival.awaitWaiter(busy);
                rival.commit();
                return true;
            });
            assertThat(shop.shared("k", () -> shelf.both("k", "busy", () -> holds("k", "busy"))))
                    .isTrue();
            assertThat(rivalEnds.get()).isTrue();
        }
    }

    @Test
    void anUpgradeTellsWhichKeyWasNotGrantedAndTakesNone() throws Exception {
        long busy = AdvisoryLockKey.of("busy", KeyHash.MD5).number();
        try (Rival rival = Rival.holding(busy)) {
            application.inTransaction(() -> {
                shop.shared("k", () -> 1);
                Throwable timeout = catchThrowable(() -> shelf.bothBriefly("k", "busy", () -> 1));
                assertThat(timeout)
                        .isInstanceOf(LockTimeoutException.class)
                        .hasMessageContainingAll("ADVLOCK-0101", "backend " + rival.pid());
                try (Rival other = Rival.open()) {
                    assertThat(other.tryLockShared(KEY))
                            .as("the upgrade was taken back")
                            .isTrue();
                    rival.commit();
                    Throwable upgrade = catchThrowable(() -> shelf.bothBriefly("k", "busy", () -> 1));
                    assertThat(upgrade)
                            .isInstanceOf(LockTimeoutException.class)
                            .hasMessageContainingAll("ADVLOCK-0112", "lock 'k'", "Shop.shared(")
                            .hasMessageNotContaining("busy");
                    assertThat(other.tryLock(busy)).as("none was taken").isTrue();
                }
                return shelf.both("k", "busy", () -> holds("k", "busy"));
            });
        }
    }

    /** From PostgreSQL 17 on. Older releases refuse a try while somebody waits. */
    @Test
    void anUpgradeOvertakesWhoWaitsForThisVeryTransaction() throws Exception {
        int version = version();
        try (Rival rival = Rival.open()) {
            shop.shared("k", () -> {
                startWaiter(rival);
                if (version >= 17) {
                    assertThat(shop.locked("k", () -> holds("k"))).isTrue();
                } else {
                    assertThat(catchThrowable(() -> shop.locked("k", () -> 1))).hasMessageContaining("ADVLOCK-0112");
                }
                return 1;
            });
            assertThat(waiter.get()).isTrue();
        }
    }

    private static boolean holds(String... keys) throws Exception {
        try (Rival rival = Rival.open()) {
            for (String key : keys) {
                if (rival.tryLockShared(AdvisoryLockKey.of(key, KeyHash.MD5).number())) {
                    return false;
                }
            }
        }
        return true;
    }

    private static int version() throws Exception {
        return application.inTransaction(() -> {
            try (Connection connection = SecondSourceBean.second.getConnection()) {
                return connection.getMetaData().getDatabaseMajorVersion();
            }
        });
    }
}
