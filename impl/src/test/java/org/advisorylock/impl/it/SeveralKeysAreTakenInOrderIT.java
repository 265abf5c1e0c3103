package org.advisorylock.impl.it;

import static org.advisorylock.impl.Requests.all;
import static org.advisorylock.impl.Requests.inMode;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMode;
import org.advisorylock.LockMonitor;
import org.advisorylock.TransactionLocks;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two requests for several keys can never wait for each other, because each one holds only smaller keys than the one it
 * waits for.
 */
@ExtendWith(NoLockLeft.class)
class SeveralKeysAreTakenInOrderIT {

    private static Application application;
    private static Locks locks;

    @BeforeAll
    static void start() {
        application = Application.of(Locks.class);
        locks = application.get(Locks.class);
    }

    @AfterAll
    static void stop() throws Exception {
        application.close();
    }

    @ApplicationScoped
    static class Locks {
        @Inject
        TransactionLocks locks;

        @Inject
        LockMonitor monitor;

        List<LockInfo> heldBy(boolean granted) {
            return monitor.locks().stream()
                    .filter(lock -> lock.granted() == granted)
                    .toList();
        }

        boolean take(List<AdvisoryLockKey> keys, LockMode mode) {
            return locks.tryAcquire(inMode(mode, all(keys)), Duration.ofMinutes(1));
        }
    }

    private static List<AdvisoryLockKey> keys(int count) {
        return LongStream.rangeClosed(1, count).mapToObj(AdvisoryLockKey::of).toList();
    }

    private static List<AdvisoryLockKey> heldByOthersThan(Rival rival) throws Exception {
        int pid = rival.pid();
        return locks.heldBy(true).stream()
                .filter(lock -> !Integer.valueOf(pid).equals(lock.pid()))
                .map(LockInfo::key)
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void whoeverWaitsHoldsTheSmallerKeysOnly(LockMode mode) throws Exception {
        try (Rival rival = Rival.holding(300)) {
            CompletableFuture<Boolean> waiting =
                    Application.async(() -> application.inTransaction(() -> locks.take(keys(1000), mode)));
            Rival.awaitWaiter(300);
            assertThat(heldByOthersThan(rival)).isEqualTo(keys(299));
            rival.rollback();
            assertThat(waiting.get(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void alsoIfSomeAreAndSomeAreNoPairs() throws Exception {
        List<AdvisoryLockKey> mixed = Stream.concat(
                        Stream.of(AdvisoryLockKey.of(7, 1), AdvisoryLockKey.of(7, 2), AdvisoryLockKey.of(7, 3)),
                        keys(3).stream())
                .toList();
        try (Rival rival = Rival.open()) {
            rival.lock(7, 2);
            CompletableFuture<Boolean> waiting =
                    Application.async(() -> application.inTransaction(() -> locks.take(mixed, LockMode.EXCLUSIVE)));
            Rival.awaitWaiters(1);
            assertThat(heldByOthersThan(rival))
                    .containsExactlyInAnyOrder(
                            AdvisoryLockKey.of(1),
                            AdvisoryLockKey.of(2),
                            AdvisoryLockKey.of(3),
                            AdvisoryLockKey.of(7, 1));
            rival.rollback();
            assertThat(waiting.get(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    /** Somebody holds the smallest key, so the try gets none. The wait then takes all. */
    @Test
    void afterTheWaitAllAreHeld() throws Exception {
        try (Rival rival = Rival.holding(1)) {
            CompletableFuture<List<AdvisoryLockKey>> waiting = Application.async(() -> application.inTransaction(() -> {
                assertThat(locks.take(keys(10), LockMode.EXCLUSIVE)).isTrue();
                return locks.heldBy(true).stream().map(LockInfo::key).toList();
            }));
            Rival.awaitWaiter(1);
            assertThat(heldByOthersThan(rival)).isEmpty();
            rival.rollback();
            assertThat(waiting.get(1, TimeUnit.MINUTES)).isEqualTo(keys(10));
        }
    }
}
