package org.advisorylock.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLockLeft.class)
class RivalIT {

    /** Negative, so that both halves of the number in pg_locks need their care. */
    private static final long KEY = -4_002;

    @Test
    void aWaiterIsSeenAndGetsTheLockAfterTheHolder() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Rival holder = Rival.holding(KEY);
                Rival waiter = Rival.open()) {
            Future<?> waiting = thread.submit(() -> {
                waiter.lock(KEY);
                return null;
            });
            Rival.awaitWaiter(KEY);
            Rival.awaitWaiters(1);
            assertThat(waiting.isDone()).isFalse();
            holder.commit();
            waiting.get(10, TimeUnit.SECONDS);
            assertThat(holder.tryLock(KEY)).isFalse();
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void sharedHoldersKeepExclusiveOnesOut() throws SQLException {
        try (Rival one = Rival.open();
                Rival two = Rival.open()) {
            one.lockShared(KEY);
            assertThat(two.tryLockShared(KEY)).isTrue();
            assertThat(two.tryLock(KEY)).isFalse();
            assertThat(one.pid()).isNotEqualTo(two.pid());
        }
    }

    @Test
    void aPairIsAnotherLockThanItsNumber() throws SQLException {
        try (Rival one = Rival.open();
                Rival two = Rival.open()) {
            one.lock(0, 5);
            assertThat(two.tryLock(5)).isTrue();
        }
    }
}
