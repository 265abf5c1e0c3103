package org.advisorylock.impl.session.hold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.ManualClock;
import org.advisorylock.impl.postgres.Claim;
import org.junit.jupiter.api.Test;

/** A key is released when its handle is closed and its time is over, whichever is later. */
class HoldAtLeastTest {

    private static final AdvisoryLockKey KEY = AdvisoryLockKey.of(1);
    private static final Claim CLAIM = Claim.of(List.of(KEY), LockMode.EXCLUSIVE, 0);

    /** A task for later. */
    private record Heir(Duration delay, Runnable task) {}

    private final ManualClock clock = new ManualClock();
    private final List<Heir> later = new ArrayList<>();
    private final List<List<AdvisoryLockKey>> released = new ArrayList<>();
    private final SessionWithoutServer session = new SessionWithoutServer() {
        @Override
        public void release(List<AdvisoryLockKey> keys, LockMode mode, Supplier<List<Runnable>> noted) {
            released.add(keys);
            noted.get().forEach(Runnable::run);
        }
    };
    private final Holds holds = new Holds(
            new Tasks() {
                @Override
                public void after(Duration delay, Runnable task) {
                    later.add(new Heir(delay, task));
                }

                @Override
                public void execute(Runnable task) {
                    task.run();
                }
            },
            Duration.ofSeconds(1),
            clock);

    private static QueuedRequest ask() {
        return new QueuedRequest(CLAIM, Thread.currentThread(), "Jobs.run()", new QueuedRequest.TurnListener() {
            @Override
            public void onTurn() {}

            @Override
            public void onTurnLater() {}

            @Override
            public void onFreed() {}
        });
    }

    private Handle acquire() {
        QueuedRequest ask = ask();
        if (!holds.ask(ask)) {
            holds.noteGrant(ask, 1, session);
        }
        return Objects.requireNonNull(holds.take(ask));
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    @Test
    void keepsTheKeyForTheRestOfItsTime() {
        Handle handle = acquire();
        handle.holdAtLeast(seconds(10));
        clock.pass(seconds(3));
        handle.close();
        assertThat(released).isEmpty();
        assertThat(later).singleElement().extracting(Heir::delay).isEqualTo(seconds(8));
        later.get(0).task().run();
        assertThat(released).containsExactly(List.of(KEY));
        assertThat(holds.isIdle()).isTrue();
    }

    @Test
    void releasesTheKeyAtOnceIfItsTimeIsOver() {
        Handle handle = acquire();
        handle.holdAtLeast(seconds(10));
        clock.pass(seconds(11));
        handle.close();
        assertThat(released).hasSize(1);
        assertThat(later).isEmpty();
    }

    @Test
    void letsNobodyOfThisJvmHaveAKeyThatIsKept() {
        Handle handle = acquire();
        handle.holdAtLeast(seconds(10));
        handle.close();
        assertThat(handle.isHeld()).isFalse();
        QueuedRequest next = ask();
        assertThat(holds.ask(next)).isFalse();
        assertThat(holds.wanted(next)).isEmpty();
        later.get(0).task().run();
        assertThat(holds.ask(ask())).isFalse();
    }

    @Test
    void keepsTheKeyAfterTheLastHandleOnly() {
        Handle outer = acquire();
        Handle inner = acquire();
        inner.holdAtLeast(seconds(10));
        inner.close();
        assertThat(later).isEmpty();
        clock.pass(seconds(11));
        outer.close();
        assertThat(released).hasSize(1);
    }

    @Test
    void tellsTheEndOfAnApplicationWhetherThereIsAnythingToWaitFor() {
        Handle handle = acquire();
        assertThat(holds.isAnyKeptFor(seconds(2))).isFalse();
        handle.holdAtLeast(seconds(10));
        handle.close();
        assertThat(holds.isAnyKeptFor(seconds(2))).as("too long").isFalse();
        clock.pass(seconds(10));
        assertThat(holds.isAnyKeptFor(seconds(2))).isTrue();
        session.loss = "the server ended it";
        assertThat(holds.isAnyKeptFor(seconds(2))).as("lost").isFalse();
    }

    @Test
    void losesAKeptKeyWithItsSession() {
        Handle handle = acquire();
        handle.holdAtLeast(seconds(10));
        handle.close();
        session.loss = "the server ended it";
        holds.lose(session);
        assertThat(holds.isIdle()).isTrue();
        later.get(0).task().run();
        assertThat(released).isEmpty();
    }

    @Test
    void refusesANegativeTimeAndCountsAVeryLongOne() {
        Handle handle = acquire();
        assertThatIllegalArgumentException().isThrownBy(() -> handle.holdAtLeast(Duration.ofNanos(-1)));
        handle.holdAtLeast(Duration.ofSeconds(Long.MAX_VALUE));
        handle.close();
        assertThat(released).isEmpty();
        assertThat(later.get(0).delay()).isGreaterThan(Duration.ofDays(365));
    }
}
