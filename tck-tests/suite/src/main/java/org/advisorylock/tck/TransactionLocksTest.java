package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import jakarta.inject.Inject;
import jakarta.transaction.TransactionRequiredException;
import jakarta.transaction.TransactionalException;
import java.time.Duration;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockKeyException;
import org.advisorylock.LockMode;
import org.advisorylock.LockRequest;
import org.advisorylock.TransactionLocks;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Locks without the annotation. */
@Locking
class TransactionLocksTest extends ContractTest {

    private static final AdvisoryLockKey NUMBER = AdvisoryLockKey.of(Long.MAX_VALUE);
    private static final AdvisoryLockKey PAIR = AdvisoryLockKey.of(-2, 5);
    private static final Duration SHORT = Duration.ofMillis(120);
    private static final Duration LONG = Duration.ofSeconds(60);

    @Inject
    TransactionLocks locks;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(TransactionLocksTest.class);
    }

    private void assertHeld(LockMode mode, AdvisoryLockKey... keys) {
        assertThat(database.locks()).allMatch(row -> row.granted() && row.mode() == mode);
        assertThat(database.heldKeys()).containsExactlyInAnyOrder(keys);
    }

    @Test
    @Assertion("API-01")
    void acquireTakesTextsNumbersAndPairsUntilTheTransactionEnds() throws Exception {
        inTransaction(() -> {
            locks.acquire("text");
            locks.acquire(LockRequest.of(NUMBER));
            locks.acquire(LockRequest.of(PAIR));
            assertHeld(LockMode.EXCLUSIVE, key("text"), NUMBER, PAIR);
        });
        assertThat(database.locks()).isEmpty();
    }

    @Test
    @Assertion("API-01")
    void acquireTakesSharedLocks() throws Exception {
        inTransaction(() -> {
            locks.acquire(LockRequest.of("text").shared());
            locks.acquire(LockRequest.of(NUMBER).shared());
            locks.acquire(LockRequest.of(PAIR).and(NUMBER).shared());
            assertHeld(LockMode.SHARED, key("text"), NUMBER, PAIR);
        });
    }

    @Test
    @Assertion("API-01")
    void acquireWaits() {
        try (OtherHolder rival = OtherHolder.holding(database, "text")) {
            BackgroundCall<Boolean> call = start(() -> inTransaction(() -> locks.acquire("text")));
            database.awaitWaiter(key("text"), call);
            rival.release();
            call.get();
        }
    }

    @Test
    @Assertion("API-02")
    void tryAcquireTellsWhetherTheLockIsHeld() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, LockMode.EXCLUSIVE, key("text"), NUMBER)) {
            inTransaction(() -> {
                for (Duration wait : List.of(Duration.ZERO, SHORT)) {
                    assertThat(locks.tryAcquire("text", wait)).isFalse();
                    assertThat(locks.tryAcquire(LockRequest.of(NUMBER), wait)).isFalse();
                    assertThat(locks.tryAcquire(LockRequest.of("text").shared(), wait))
                            .isFalse();
                    assertThat(locks.tryAcquire(LockRequest.of(NUMBER).shared(), wait))
                            .isFalse();
                }
                rival.release();
                assertThat(database.locks()).isEmpty();
                assertThat(locks.tryAcquire("text", Duration.ZERO)).isTrue();
                assertThat(locks.tryAcquire(LockRequest.of(NUMBER), LONG)).isTrue();
                assertHeld(LockMode.EXCLUSIVE, key("text"), NUMBER);
            });
        }
    }

    @Test
    @Assertion("API-02")
    void tryAcquireSharesWithSharedHolders() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, LockMode.SHARED, key("text"))) {
            inTransaction(() -> {
                assertThat(locks.tryAcquire("text", Duration.ZERO)).isFalse();
                assertThat(locks.tryAcquire(LockRequest.of("text").shared(), Duration.ZERO))
                        .isTrue();
                assertThat(database.locks()).hasSize(2);
            });
            assertThat(rival.pid()).isPositive();
        }
    }

    @Test
    @Assertion("API-03")
    void severalKeysAreTakenAllOrNone() throws Exception {
        AdvisoryLockKey one = AdvisoryLockKey.of(1);
        AdvisoryLockKey two = AdvisoryLockKey.of(2);
        AdvisoryLockKey three = AdvisoryLockKey.of(3);
        try (OtherHolder rival = OtherHolder.holding(database, LockMode.EXCLUSIVE, two)) {
            inTransaction(() -> {
                for (Duration wait : List.of(Duration.ZERO, SHORT)) {
                    assertThat(locks.tryAcquire(LockRequest.of(three).and(two).and(one), wait))
                            .isFalse();
                    assertThat(database.heldKeys()).containsExactly(two);
                }
                rival.release();
                locks.acquire(LockRequest.of(three).and(two).and(one).and(two));
                assertHeld(LockMode.EXCLUSIVE, one, two, three);
            });
        }
    }

    @Test
    @Assertion("API-04")
    void isHeldAsksForTheActiveTransaction() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, "of another")) {
            inTransaction(() -> {
                assertThat(locks.isHeld("of another")).isFalse();
                locks.acquire("exclusive");
                locks.acquire(LockRequest.of(PAIR).shared());
                assertThat(locks.isHeld("exclusive")).isTrue();
                assertThat(locks.isHeld(LockRequest.of(PAIR).shared())).isTrue();
                assertThat(locks.isHeld("neither")).isFalse();
                assertThat(locks.isHeld(LockRequest.of(NUMBER))).isFalse();
                assertThatNoException().isThrownBy(() -> locks.assertHeld("exclusive"));
                assertThatNoException()
                        .isThrownBy(() -> locks.assertHeld(LockRequest.of(PAIR).shared()));
            });
            assertThat(locks.isHeld("exclusive")).isFalse();
            assertThat(rival.pid()).isPositive();
        }
    }

    @Test
    @Assertion("API-04")
    void isHeldKnowsThatARollbackToASavepointFreesTheLock() throws Exception {
        inTransaction(() -> {
            database.executeInside("SAVEPOINT tck");
            locks.acquire("text");
            assertThat(locks.isHeld("text")).isTrue();
            database.executeInside("ROLLBACK TO SAVEPOINT tck");
            assertThat(locks.isHeld("text")).isFalse();
        });
    }

    @Test
    @Assertion("API-05")
    void assertHeldThrows() throws Exception {
        assertNotHeld(() -> locks.assertHeld("text"));
        assertNotHeld(() -> locks.assertHeld(LockRequest.of(PAIR)));
        inTransaction(() -> {
            assertNotHeld(() -> locks.assertHeld("text"));
            assertNotHeld(() -> locks.assertHeld(LockRequest.of(PAIR)));
        });
    }

    private static void assertNotHeld(ThrowingCallable call) {
        assertThatExceptionOfType(LockGuardException.class).isThrownBy(call).withMessageStartingWith("ADVLOCK-");
    }

    @Test
    @Assertion("API-06")
    void withoutATransactionNothingIsTaken() {
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> locks.acquire("text"),
                () -> locks.acquire(LockRequest.of(NUMBER).shared()),
                () -> locks.acquire(LockRequest.of(NUMBER).and(PAIR)),
                () -> locks.tryAcquire("text", Duration.ZERO),
                () -> locks.tryAcquire(LockRequest.of(PAIR), LONG))) {
            assertThatExceptionOfType(TransactionalException.class)
                    .isThrownBy(call)
                    .withCauseInstanceOf(TransactionRequiredException.class);
        }
    }

    @Test
    @Assertion("API-07")
    void anEmptyTextIsNoKey() throws Exception {
        inTransaction(() -> {
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    () -> locks.acquire(""),
                    () -> locks.tryAcquire("", Duration.ZERO),
                    () -> locks.isHeld(""),
                    () -> locks.assertHeld(""))) {
                assertThatExceptionOfType(LockKeyException.class).isThrownBy(call);
            }
        });
    }

    @Test
    @Assertion("API-09")
    void allKeysOfARequestMustBeHeld() throws Exception {
        LockRequest both = LockRequest.of("text").and(PAIR);
        assertThat(locks.isHeld(both)).isFalse();
        inTransaction(() -> {
            locks.acquire("text");
            assertThat(locks.isHeld(both)).isFalse();
            assertNotHeld(() -> locks.assertHeld(both));
            locks.acquire(LockRequest.of(PAIR));
            assertThat(locks.isHeld(both)).isTrue();
            assertThat(locks.isHeld(both.shared())).isTrue();
            locks.assertHeld(both);
            assertThat(locks.isHeld(both.and("other"))).isFalse();
        });
        assertNotHeld(() -> locks.assertHeld(both));
    }

    @Test
    @Assertion("API-09")
    void aSharedLockIsNotEnoughForAnExclusiveRequest() throws Exception {
        LockRequest request = LockRequest.of("text");
        inTransaction(() -> {
            locks.acquire(request.shared());
            assertThat(locks.isHeld("text")).isTrue();
            assertThat(locks.isHeld(request.shared())).isTrue();
            locks.assertHeld(request.shared());
            assertThat(locks.isHeld(request)).isFalse();
            assertNotHeld(() -> locks.assertHeld(request));
        });
    }

    @Test
    @Assertion("API-09")
    void onePermitOfARequestMustBeHeld() throws Exception {
        LockRequest permit = LockRequest.of("import").permits(3);
        inTransaction(() -> {
            assertThat(locks.isHeld(permit)).isFalse();
            locks.acquire(permit);
            assertThat(locks.isHeld(permit)).isTrue();
            locks.assertHeld(permit);
            assertThat(locks.isHeld("import")).isFalse();
        });
    }

    @Test
    @Assertion("API-10")
    void anOrderOfItsOwnIsRefused() throws Exception {
        LockRequest request = LockRequest.of("text").and(PAIR).inOrder();
        inTransaction(() -> {
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    () -> locks.acquire(request), () -> locks.tryAcquire(request, Duration.ZERO))) {
                assertThatExceptionOfType(LockKeyException.class).isThrownBy(call);
            }
            assertThat(database.locks()).isEmpty();
        });
    }
}
