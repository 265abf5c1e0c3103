package org.advisorylock.impl.leader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.impl.ManualClock;
import org.advisorylock.testbed.Async;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waits for the end of a term in spite of interrupts, and no longer than its limit. */
@Timeout(60)
class PatientTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final ManualClock clock = new ManualClock();

    @Test
    void doesNotWaitForWhatIsThere() {
        assertThat(PatientWait.await(CompletableFuture.completedFuture(null), Duration.ZERO, clock))
                .isTrue();
    }

    @Test
    void givesUpAtItsTime() {
        assertThat(PatientWait.await(new CompletableFuture<>(), Duration.ZERO, clock))
                .isFalse();
        long[] looks = {0};
        assertThat(PatientWait.await(new CompletableFuture<>(), LONG, () -> clock.in(LONG.multipliedBy(looks[0]++))))
                .isFalse();
    }

    @Test
    void givesUpWhatFails() {
        assertThat(PatientWait.await(CompletableFuture.failedFuture(new IllegalStateException("no")), LONG, clock))
                .isFalse();
    }

    @Test
    void waitsOnAfterAnInterruptAndKeepsIt() {
        CompletableFuture<Void> what = new CompletableFuture<>();
        CompletableFuture<Thread> waiting = new CompletableFuture<>();
        CompletableFuture<Boolean> interrupted = Async.run(() -> {
            Thread.currentThread().interrupt();
            waiting.complete(Thread.currentThread());
            return PatientWait.await(what, LONG, clock) && Thread.interrupted();
        });
        waiting.join();
        what.complete(null);
        assertThat(interrupted.join()).isTrue();
    }

    @Test
    void keepsAnInterruptAlsoIfItGivesUp() {
        Thread.currentThread().interrupt();
        long[] looks = {0};
        assertThat(PatientWait.await(
                        new CompletableFuture<>(), LONG, () -> clock.in(LONG.multipliedBy(looks[0]++ / 2))))
                .isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }
}
