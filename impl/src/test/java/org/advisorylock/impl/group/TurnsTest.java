package org.advisorylock.impl.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.hold.QueuedRequest;
import org.advisorylock.impl.session.hold.Tasks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads of one JVM that want keys of a group, without a group. */
@Timeout(60)
class TurnsTest {

    private final Turns turns = new Turns(
            new Tasks() {
                @Override
                public void execute(Runnable task) {
                    task.run();
                }

                @Override
                public void after(Duration delay, Runnable task) {
                    throw new AssertionError("nothing is held here that could be lost");
                }
            },
            System::nanoTime);

    private static Claim claim(LockMode mode, long... keys) {
        List<AdvisoryLockKey> all =
                Arrays.stream(keys).mapToObj(AdvisoryLockKey::of).toList();
        return Claim.of(all, mode, AdvisoryLock.UNLIMITED).forSession();
    }

    private static GroupRequest request(Claim claim) {
        return new GroupRequest(claim, "here", null, System::nanoTime);
    }

    private static GroupRequest shortly(Claim claim) {
        return request(claim.waiting(1));
    }

    private QueuedRequest now(Claim claim) throws InterruptedException {
        QueuedRequest turn = turns.take(shortly(claim));
        assertThat(turn).isNotNull();
        return Objects.requireNonNull(turn);
    }

    private CompletableFuture<QueuedRequest> later(Claim claim) {
        CompletableFuture<QueuedRequest> turn = new CompletableFuture<>();
        startWaiter(() -> {
            try {
                turn.complete(turns.take(request(claim)));
            } catch (Throwable e) {
                turn.completeExceptionally(e);
            }
        });
        return turn;
    }

    @Test
    void oneAsksForAKeyAtATimeInTheOrderInWhichTheyCame() throws Exception {
        QueuedRequest first = now(claim(LockMode.EXCLUSIVE, 1));
        CompletableFuture<QueuedRequest> second = later(claim(LockMode.EXCLUSIVE, 1, 2));
        CompletableFuture<QueuedRequest> third = later(claim(LockMode.EXCLUSIVE, 1));
        turns.giveBack(first);
        QueuedRequest next = second.get();
        assertThat(third).isNotDone();
        turns.giveBack(next);
        turns.giveBack(third.get());
    }

    @Test
    void readersAskTogetherAndOtherKeysDoNotWait() throws Exception {
        now(claim(LockMode.SHARED, 1));
        now(claim(LockMode.SHARED, 1));
        now(claim(LockMode.EXCLUSIVE, 2));
        assertThat(turns.take(shortly(claim(LockMode.EXCLUSIVE, 1)))).isNull();
    }

    @Test
    void whoGivesUpIsNotInTheWay() throws Exception {
        QueuedRequest first = now(claim(LockMode.EXCLUSIVE, 1));
        assertThat(turns.take(shortly(claim(LockMode.EXCLUSIVE, 1)))).isNull();
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> turns.take(request(claim(LockMode.EXCLUSIVE, 1))));
        turns.giveBack(first);
        now(claim(LockMode.EXCLUSIVE, 1));
    }

    @Test
    void whoPausesIsWokenByTheKeyThatItWants() throws Exception {
        Thread other = startPause(claim(LockMode.EXCLUSIVE, 3));
        Thread wanting = startPause(claim(LockMode.EXCLUSIVE, 1, 2));
        turns.wake(claim(LockMode.SHARED, 2));
        wanting.join();
        assertThat(other.getState()).isEqualTo(Thread.State.TIMED_WAITING);
        turns.wake(claim(LockMode.SHARED, 3));
        other.join();
    }

    private Thread startPause(Claim claim) {
        return startWaiter(() -> turns.pause(claim, TimeUnit.HOURS.toNanos(1)));
    }

    private static Thread startWaiter(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return thread;
    }
}
