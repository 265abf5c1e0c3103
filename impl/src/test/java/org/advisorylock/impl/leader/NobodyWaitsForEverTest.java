package org.advisorylock.impl.leader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.Leadership;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.Daemons;
import org.advisorylock.impl.session.AsyncLocks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A call of resign or close waits for the listener in another thread, but not for ever. Nobody else leads before the
 * listener has returned.
 */
@Timeout(60)
class NobodyWaitsForEverTest {

    private static final Duration PATIENCE = Duration.ofMillis(300);
    private static final ElectionKeys PLACES = new ElectionKeys("sync", KeyHash.MD5);

    /** A database that nobody else uses. */
    private static final class Alone implements AsyncLocks {

        private final CountDownLatch released = new CountDownLatch(1);

        @Override
        public CompletionStage<Optional<LockHandle>> tryOnce(AdvisoryLockKey key) {
            return CompletableFuture.completedStage(Optional.of(new Own(key)));
        }

        @Override
        public CompletionStage<Long> token(LockHandle handle) {
            return CompletableFuture.completedStage(1L);
        }

        @Override
        public CompletionStage<Void> release(LockHandle handle) {
            if (((Own) handle).key.equals(PLACES.key(0))) {
                released.countDown();
            }
            return CompletableFuture.completedStage(null);
        }
    }

    /** A lock that is never lost. */
    private record Own(AdvisoryLockKey key) implements LockHandle {
        @Override
        public boolean isHeld() {
            return true;
        }

        @Override
        public long fencingToken() {
            return 1;
        }

        @Override
        public void onLost(Runnable action) {}

        @Override
        public void holdAtLeast(Duration time) {}

        @Override
        public void close() {}
    }

    /** Leads, and does not return from the end of its term before it is told to. */
    private static final class Hanging implements LeadershipListener {
        private final CountDownLatch elected = new CountDownLatch(1);
        private final CountDownLatch over = new CountDownLatch(1);
        private final AtomicReference<Thread> teller = new AtomicReference<>();

        @Override
        public void elected(long term) {
            elected.countDown();
        }

        @Override
        public void revoked(long term) {
            teller.set(Thread.currentThread());
            await(over);
        }
    }

    private final Alone locks = new Alone();
    private final Hanging listener = new Hanging();
    private final Lines lines = new Lines(Duration.ofSeconds(5), System::nanoTime);
    private final Candidate candidate = new Candidate(
            new Audience("sync", listener, event -> {}),
            PLACES,
            locks,
            lines,
            task -> Daemons.of("teller", task).start(),
            PATIENCE,
            System::nanoTime);

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoEndsATerm(boolean resigns) {
        lines.add(candidate);
        await(listener.elected);
        List<Consumer<Leadership>> ways = List.of(Leadership::close, Leadership::resign);
        long began = System.nanoTime();
        ways.get(resigns ? 1 : 0).accept(candidate);
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(PATIENCE.toNanos());
        assertThat(candidate.isLeader()).isFalse();
        assertThat(listener.teller.get()).isNotNull().isNotSameAs(Thread.currentThread());
        assertThat(locks.released.getCount())
                .as("the lock is let go only when the listener has returned")
                .isOne();
        candidate.close();
        listener.over.countDown();
        await(locks.released);
        assertThat(candidate.ended()).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void norLosesAnInterrupt() {
        lines.add(candidate);
        await(listener.elected);
        Thread.currentThread().interrupt();
        candidate.close();
        assertThat(Thread.interrupted()).as("the interrupt is still there").isTrue();
        listener.over.countDown();
        assertThat(candidate.ended()).succeedsWithin(Duration.ofSeconds(30));
    }
}
