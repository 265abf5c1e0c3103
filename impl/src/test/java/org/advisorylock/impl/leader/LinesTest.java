package org.advisorylock.impl.leader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.advisorylock.impl.ManualClock;
import org.advisorylock.testbed.LibraryLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One thread moves all candidates, step by step. A step that fails does not stop the next one. */
@Timeout(60)
class LinesTest {

    private final Lines lines = new Lines(Duration.ofSeconds(5), new ManualClock());

    private CompletableFuture<Thread> run(Runnable step) {
        CompletableFuture<Thread> done = new CompletableFuture<>();
        lines.execute(() -> {
            try {
                step.run();
            } finally {
                done.complete(Thread.currentThread());
            }
        });
        return done;
    }

    @Test
    void takesStepsInTheirOrderInOneThread() {
        CountDownLatch open = new CountDownLatch(1);
        int[] at = {0};
        List<CompletableFuture<Thread>> steps = IntStream.range(0, 100)
                .mapToObj(number -> run(() -> {
                    await(open);
                    assertThat(at[0]++).isEqualTo(number);
                }))
                .toList();
        open.countDown();
        assertThat(steps.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        assertThat(at[0]).isEqualTo(100);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void goesOnAfterAStepThatFails() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        try (LibraryLog log = new LibraryLog()) {
            CompletableFuture<Thread> failing = run(() -> {
                await(open);
                throw new IllegalStateException("on purpose");
            });
            CompletableFuture<Thread> next = run(() -> {});
            open.countDown();
            assertThat(next.join()).isSameAs(failing.join());
            assertThat(log.await("an election's step failed")).contains("on purpose");
        }
    }

    @Test
    void goesOnAfterAnInterrupt() {
        CountDownLatch open = new CountDownLatch(1);
        CompletableFuture<Thread> interrupted = run(() -> {
            await(open);
            Thread.currentThread().interrupt();
        });
        CompletableFuture<Thread> next = run(() -> {});
        open.countDown();
        assertThat(next.join()).isSameAs(interrupted.join());
    }

    @Test
    void endsItsThreadWhenNobodyStands() throws Exception {
        Thread first = run(() -> {}).join();
        first.join();
        assertThat(run(() -> {}).join()).isNotSameAs(first);
    }
}
