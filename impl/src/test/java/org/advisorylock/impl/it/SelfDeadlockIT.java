package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.CompletableFuture;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockRequest;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Party;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Deadlocks that PostgreSQL cannot see, or sees only after a wait. Nothing here waits; the timeouts only end a hang.
 */
@ExtendWith(NoLockLeft.class)
@Timeout(50)
class SelfDeadlockIT {

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

    @Test
    void aNewTransactionUnderTheLockThatItWantsIsRefused() throws Exception {
        shop.locked("k", () -> {
            assertThatExceptionOfType(SelfDeadlockException.class)
                    .isThrownBy(() -> shop.anew("k", () -> 1))
                    .withMessageContainingAll("ADVLOCK-0111", "'k'", "Shop.locked(", "Shop.anew(");
            assertThatExceptionOfType(SelfDeadlockException.class).isThrownBy(() -> shop.anewShared("k", () -> 1));
            return shop.anew("other", () -> 1);
        });
    }

    @Test
    void sharedUnderSharedIsFine() throws Exception {
        shop.shared("k", () -> {
            assertThatExceptionOfType(SelfDeadlockException.class).isThrownBy(() -> shop.anew("k", () -> 1));
            return shop.anewShared("k", () -> 1);
        });
    }

    @Test
    void theSameKeyIsFreeAgainForTheThreadsNextTransaction() throws Exception {
        shop.locked("k", () -> 1);
        assertThat(shop.anew("k", () -> 2)).isEqualTo(2);
    }

    @Test
    void theServiceFindsItToo() throws Exception {
        application.inTransaction(() -> {
            // A call that is granted does not walk its stack. So only its thread is known afterwards.
            application.locks().acquire("k");
            assertThatExceptionOfType(SelfDeadlockException.class)
                    .isThrownBy(() -> shop.anew("k", () -> 1))
                    .withMessageContainingAll(
                            "taken in code with TransactionLocks in thread "
                                    + Thread.currentThread().getName() + ")",
                            "Shop.anew(");
            return 1;
        });
    }

    @Test
    void andTheAnnotatedMethodAroundTheCode() throws Exception {
        shop.locked("other", () -> {
            application.locks().acquire("k");
            assertThatExceptionOfType(SelfDeadlockException.class)
                    .isThrownBy(() -> shop.anew("k", () -> 1))
                    .withMessageContainingAll("taken in code under ", "Shop.locked(", " in thread ", "Shop.anew(");
            return 1;
        });
    }

    @Test
    void andThePlaceOfTheCallThatIsRefused() throws Exception {
        shop.locked(
                "k",
                () -> shop.anew("other", () -> {
                    assertThatExceptionOfType(SelfDeadlockException.class)
                            .isThrownBy(() -> application.locks().acquire("k"))
                            .withMessageContainingAll("ADVLOCK-0111", "Shop.locked(", "SelfDeadlockIT.java:");
                    return 1;
                }));
    }

    @Test
    void anUpgradeSucceedsIfNobodyElseHoldsTheKey() throws Exception {
        application.inTransaction(() -> {
            application.locks().acquire(LockRequest.of("k").shared());
            application.locks().acquire("k");
            try (Rival rival = Rival.open()) {
                assertThat(rival.tryLockShared(
                                AdvisoryLockKey.of("k", KeyHash.MD5).number()))
                        .isFalse();
            }
            return 1;
        });
    }

    @Test
    void twoUpgradersNeverWaitForEachOther() throws Exception {
        Party bothShared = Party.of(2);
        Party bothTried = Party.of(2);
        CompletableFuture<Boolean> one = Application.async(() -> upgrade(bothShared, bothTried));
        CompletableFuture<Boolean> other = Application.async(() -> upgrade(bothShared, bothTried));
        bothShared.awaitGuests();
        bothShared.letGo();
        bothTried.awaitGuests();
        bothTried.letGo();
        assertThat(one.get()).isFalse();
        assertThat(other.get()).isFalse();
    }

    private static boolean upgrade(Party bothShared, Party bothTried) throws Exception {
        return application.inTransaction(() -> {
            application.locks().acquire(LockRequest.of("k").shared());
            bothShared.attend();
            boolean upgraded = true;
            try {
                application.locks().acquire("k");
            } catch (LockTimeoutException refused) {
                assertThat(refused).hasMessageContainingAll("ADVLOCK-0112", "shared");
                assertThat(refused.holders()).hasSize(1);
                upgraded = false;
            }
            bothTried.attend();
            return upgraded;
        });
    }
}
