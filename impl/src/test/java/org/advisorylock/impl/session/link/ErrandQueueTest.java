package org.advisorylock.impl.session.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.impl.ManualClock;
import org.advisorylock.testbed.Async;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session works while it has errands or keeps locks, lingers a little, and accepts nothing after its end. */
@Timeout(60)
class ErrandQueueTest {

    private static final Duration LINGER = Duration.ofSeconds(1);
    private static final long BEAT = Duration.ofSeconds(5).toNanos();

    private final ManualClock clock = new ManualClock();

    /** Each look at its clock takes longer than it lingers. */
    private final ErrandQueue queue = new ErrandQueue(LINGER::toNanos, BEAT, () -> {
        clock.pass(LINGER);
        return clock.getAsLong();
    });

    private final ErrandQueue hasty = new ErrandQueue(() -> 0, BEAT, clock);

    private static Errand errand() {
        return new Question<>(connection -> 1);
    }

    @Test
    void givesAllErrandsTogetherInTheirOrder() {
        List<Errand> errands = List.of(errand(), errand(), errand());
        assertThat(errands).allMatch(queue::submit);
        assertThat(queue.next(() -> Long.MAX_VALUE)).isEqualTo(errands);
    }

    @Test
    void letsACallerWorkIfNothingElseIsToBeDone() {
        Errand one = errand();
        assertThat(queue.submitQuietly(one)).isTrue();
        assertThat(queue.begin(one)).as("it was idle").isFalse();
        queue.count(1);
        assertThat(queue.begin(one)).isTrue();
        assertThat(queue.begin(one)).as("it has begun").isFalse();
        Errand other = errand();
        assertThat(queue.submitQuietly(other)).isTrue();
        assertThat(queue.begin(other)).as("another one works").isFalse();
        assertThat(queue.submitIfIdle(errand())).as("another one works").isFalse();
        queue.finish();
        assertThat(queue.submit(errand())).isTrue();
        assertThat(queue.begin(other)).as("it is not alone").isFalse();
        assertThat(queue.next(() -> Long.MAX_VALUE)).hasSize(2);
    }

    @Test
    void letsNoCallerWorkAfterWhomTheSessionMustEnd() {
        Errand one = errand();
        hasty.submitQuietly(one);
        assertThat(hasty.begin(one)).as("nothing is kept then").isFalse();
        hasty.count(1);
        assertThat(hasty.begin(one)).isTrue();
    }

    @Test
    void waitsUntilACallerHasFinished() {
        Errand one = errand();
        queue.count(1);
        queue.submitQuietly(one);
        queue.begin(one);
        Errand other = errand();
        queue.submit(other);
        CompletableFuture<List<Errand>> next =
                Async.run(() -> Objects.requireNonNull(queue.next(() -> Long.MAX_VALUE)));
        assertThat(next).isNotDone();
        queue.finish();
        assertThat(next.join()).containsExactly(other);
    }

    @Test
    void endsWithACallerThatHasFailed() {
        Errand one = errand();
        queue.count(1);
        queue.submitQuietly(one);
        queue.begin(one);
        queue.giveUp("57P01: terminated", List.of(one));
        assertThat(queue.loss()).isEqualTo("57P01: terminated");
        assertThat(queue.submitQuietly(errand())).isFalse();
        assertThat(queue.next(() -> Long.MAX_VALUE)).containsExactly(one);
    }

    @Test
    void forgetsAnErrandThatHasNotBegun() {
        Errand one = errand();
        Errand other = errand();
        queue.submit(one);
        queue.submit(other);
        queue.forget(one);
        assertThat(queue.next(() -> Long.MAX_VALUE)).containsExactly(other);
    }

    @Test
    void endsTheSessionWhenNobodyNeedsItForAWhile() {
        assertThat(queue.next(() -> Long.MAX_VALUE)).isNull();
        assertThat(queue.submit(errand())).isFalse();
        assertThat(queue.loss()).isNull();
    }

    @Test
    void lingersBeforeThat() {
        ErrandQueue lingering = new ErrandQueue(LINGER::toNanos, BEAT, clock);
        CountDownLatch asked = new CountDownLatch(1);
        CompletableFuture<List<Errand>> next = Async.run(() -> {
            asked.countDown();
            return Objects.requireNonNull(lingering.next(() -> Long.MAX_VALUE));
        });
        await(asked);
        Errand late = errand();
        assertThat(lingering.submit(late)).isTrue();
        assertThat(next.join()).containsExactly(late);
    }

    @Test
    void endsSoonerIfSomebodyNeedsTheConnection() {
        ErrandQueue lingering = new ErrandQueue(LINGER::toNanos, BEAT, clock);
        CountDownLatch asked = new CountDownLatch(1);
        CompletableFuture<Boolean> ended = Async.run(() -> {
            asked.countDown();
            return lingering.next(() -> Long.MAX_VALUE) == null;
        });
        await(asked);
        lingering.hurry();
        assertThat(ended.join()).isTrue();
    }

    @Test
    void endsAtOnceAfterItsWorkIfSomebodyNeedsTheConnection() {
        ErrandQueue lingering = new ErrandQueue(LINGER::toNanos, BEAT, clock);
        Errand one = errand();
        lingering.submitQuietly(one);
        lingering.hurry();
        assertThat(lingering.begin(one)).as("nothing is kept then").isFalse();
        lingering.count(1);
        assertThat(lingering.closeIfIdle()).as("it keeps a lock").isFalse();
        lingering.count(-1);
        assertThat(lingering.next(() -> Long.MAX_VALUE)).containsExactly(one);
        assertThat(lingering.closeIfIdle()).isTrue();
    }

    @Test
    void staysOpenAsLongAsItMayAtThatMoment() {
        AtomicLong most = new AtomicLong();
        ErrandQueue changing = new ErrandQueue(most::get, BEAT, clock);
        most.set(1);
        assertThat(changing.closeIfIdle()).isFalse();
        most.set(0);
        assertThat(changing.closeIfIdle()).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void asksForASignOfLifeWhileItKeepsLocks() {
        queue.count(1);
        assertThat(queue.kept()).isOne();
        assertThat(queue.next(() -> 0)).isEmpty();
        queue.count(-1);
        assertThat(queue.kept()).isZero();
        assertThat(queue.next(() -> 0)).isNull();
    }

    @Test
    void givesAWaiterASessionOnlyIfItHasNothingElse() {
        assertThat(queue.submitIfIdle(errand())).isTrue();
        assertThat(queue.submitIfIdle(errand())).as("an errand waits").isFalse();
        queue.next(() -> Long.MAX_VALUE);
        assertThat(queue.submitIfIdle(errand())).as("it works").isFalse();
    }

    @Test
    void givesAWaiterNoSessionThatKeepsALock() {
        queue.count(1);
        assertThat(queue.submitIfIdle(errand())).isFalse();
    }

    @Test
    void endsASessionAtOnceThatDoesNotLinger() {
        hasty.count(1);
        assertThat(hasty.closeIfIdle()).as("it keeps a lock").isFalse();
        hasty.count(-1);
        hasty.submit(errand());
        assertThat(hasty.closeIfIdle()).as("it has an errand").isFalse();
        hasty.next(() -> Long.MAX_VALUE);
        assertThat(hasty.closeIfIdle()).isTrue();
        assertThat(hasty.submit(errand())).isFalse();
        assertThat(queue.closeIfIdle()).as("it lingers").isFalse();
    }

    @Test
    void breaksOffOnceWhateverItDoesAndKeeps() {
        queue.count(1);
        assertThat(queue.breakOff("the application ended")).isTrue();
        assertThat(queue.breakOff("another reason")).isFalse();
        assertThat(queue.loss()).isEqualTo("the application ended");
        assertThat(queue.submit(errand())).isFalse();
        assertThat(queue.next(() -> Long.MAX_VALUE))
                .as("its thread learns of it")
                .isEmpty();
    }

    @Test
    void givesBackTheErrandsThatNobodyWillDo() {
        Errand errand = errand();
        queue.submit(errand);
        assertThat(queue.close("57P01: terminated")).containsExactly(errand);
        assertThat(queue.close("later")).isEmpty();
        assertThat(queue.loss()).isEqualTo("57P01: terminated");
        assertThat(queue.submit(errand())).isFalse();
    }

    @Test
    void goesOnAfterAnInterrupt() {
        queue.submit(errand());
        Thread.currentThread().interrupt();
        assertThat(queue.next(() -> Long.MAX_VALUE)).hasSize(1);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void countsHowOftenASharedLockIsTaken() {
        SharedCounts counts = new SharedCounts();
        List<AdvisoryLockKey> key = List.of(AdvisoryLockKey.of(1));
        counts.add(key);
        counts.add(key);
        counts.remove(key);
        assertThat(counts.has(key.get(0))).isTrue();
        counts.remove(key);
        assertThat(counts.has(key.get(0))).isFalse();
        counts.remove(key);
        assertThat(counts.has(key.get(0))).isFalse();
    }
}
