package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.transaction.TransactionRequiredException;
import jakarta.transaction.TransactionalException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockInfo;
import org.advisorylock.LockKeyException;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLockLeft.class)
class LockEndsWithTheTransactionIT {

    private static Application application;
    private static Shop shop;

    @BeforeAll
    static void start() {
        application = Application.of(Shop.class);
        shop = application.get(Shop.class);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    private static boolean isFree(String key) throws Exception {
        try (Rival rival = Rival.open()) {
            boolean free = rival.tryLock(AdvisoryLockKey.of(key, KeyHash.MD5).number());
            rival.rollback();
            return free;
        }
    }

    @Test
    void isHeldWhileTheMethodRunsAndGoneAfterCommit() throws Exception {
        assertThat(shop.locked("k", () -> isFree("k"))).isFalse();
        assertThat(isFree("k")).isTrue();
    }

    @Test
    void isHeldAfterTheMethodUntilTheCallersTransactionEnds() throws Exception {
        application.inTransaction(() -> {
            shop.locked("k", () -> 1);
            return assertThat(isFree("k")).isFalse();
        });
        assertThat(isFree("k")).isTrue();
    }

    @Test
    void isGoneAfterRollback() throws Exception {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> shop.locked("k", () -> {
                    throw new IllegalStateException();
                }));
        assertThat(isFree("k")).isTrue();
    }

    @Test
    void isGoneAfterACheckedExceptionToo() throws Exception {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> shop.locked("k", () -> {
                    throw new IOException();
                }));
        assertThat(isFree("k")).isTrue();
    }

    @Test
    void needsATransaction() {
        assertThatExceptionOfType(TransactionalException.class)
                .isThrownBy(() -> shop.outside("k", () -> 1))
                .withMessageContaining("ADVLOCK-0301")
                .withCauseInstanceOf(TransactionRequiredException.class);
        assertThatExceptionOfType(TransactionalException.class)
                .isThrownBy(() -> application.locks().acquire("k"))
                .withCauseInstanceOf(TransactionRequiredException.class);
    }

    @Test
    void callsNothingWithoutAKey() {
        assertThatExceptionOfType(LockKeyException.class)
                .isThrownBy(() -> shop.locked("", () -> {
                    throw new AssertionError("called without a lock");
                }));
    }

    @Test
    void makesTheOthersWaitAndNamesThem() throws Exception {
        AdvisoryLockKey key = AdvisoryLockKey.of("k", KeyHash.MD5);
        try (Rival rival = Rival.holding(key.number())) {
            CompletableFuture<Integer> waiting = Application.async(() -> shop.locked("k", () -> 1));
            Rival.awaitWaiter(key.number());

            List<LockInfo> rows = application.monitor().locks();
            assertThat(rows).hasSize(2).allSatisfy(row -> {
                assertThat(row.key()).isEqualTo(key);
                assertThat(row.key().text()).contains("k");
                assertThat(row.transactionSince()).isNotNull();
            });
            assertThat(rows.get(0).pid()).isEqualTo(rival.pid());
            assertThat(rows.get(0).granted()).isTrue();
            assertThat(rows.get(0).applicationName()).isNotEmpty();
            assertThat(rows.get(1).granted()).isFalse();
            // pg_locks.waitstart came with PostgreSQL 14.
            assertThat(rows.get(1).waitingSince() != null)
                    .isEqualTo(rival.connection().getMetaData().getDatabaseMajorVersion() >= 14);
            assertThat(rows.get(1).blockedBy()).containsExactly(rival.pid());

            rival.commit();
            assertThat(waiting.get()).isEqualTo(1);
        }
        assertThat(application.monitor().locks()).isEmpty();
    }

    @Test
    void isMissedWhereTheMethodWasCalledPastItsInterceptor() throws Exception {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> shop.proved("k"))
                .withMessageContainingAll("ADVLOCK-0307", "'k'");
        shop.locked("k", () -> {
            shop.proved("k");
            return 1;
        });
        application.inTransaction(() -> {
            application.locks().acquire("k");
            shop.proved("k");
            assertThat(application.locks().isHeld("k")).isTrue();
            assertThat(application.locks().isHeld("other")).isFalse();
            return 1;
        });
        assertThat(application.locks().isHeld("k")).isFalse();
    }
}
