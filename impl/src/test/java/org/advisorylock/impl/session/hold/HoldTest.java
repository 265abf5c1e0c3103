package org.advisorylock.impl.session.hold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.ManualClock;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.hold.Hold.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The states of one key, and the time for which it is kept. */
class HoldTest {

    private static final AdvisoryLockKey KEY = AdvisoryLockKey.of(1);

    /** The only allowed changes of state. */
    private static final Set<String> WAYS = Set.of(
            "ASKED GRANTED",
            "ASKED FREE",
            "GRANTED HELD",
            "GRANTED RELEASING",
            "GRANTED LOST",
            "HELD KEPT",
            "HELD RELEASING",
            "HELD LOST",
            "KEPT RELEASING",
            "KEPT LOST",
            "RELEASING FREE",
            "RELEASING LOST",
            "LOST FREE");

    private static final Map<State, List<State>> FROM_THE_BEGINNING = Map.of(
            State.ASKED, List.of(),
            State.GRANTED, List.of(State.GRANTED),
            State.HELD, List.of(State.GRANTED, State.HELD),
            State.KEPT, List.of(State.GRANTED, State.HELD, State.KEPT),
            State.RELEASING, List.of(State.GRANTED, State.RELEASING),
            State.LOST, List.of(State.GRANTED, State.LOST),
            State.FREE, List.of(State.FREE));

    private final ManualClock clock = new ManualClock();
    private final Hold hold = hold(clock);

    private static Hold hold(ManualClock clock) {
        return new Hold(KEY, Claim.of(List.of(KEY), LockMode.EXCLUSIVE, 0), "Jobs.run()", clock);
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    static Stream<Arguments> pairs() {
        return Stream.of(State.values())
                .flatMap(from -> Stream.of(State.values()).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void goesFromStateToStateByTheTableAlone(State from, State to) {
        Objects.requireNonNull(FROM_THE_BEGINNING.get(from)).forEach(hold::become);
        if (WAYS.contains(from + " " + to)) {
            hold.become(to);
            assertThat(hold.state()).isEqualTo(to);
        } else {
            assertThatIllegalStateException().isThrownBy(() -> hold.become(to));
            assertThat(hold.state()).isEqualTo(from);
        }
    }

    @Test
    void isOwnedOnlyWhileItIsHeld() {
        Thread owner = Thread.currentThread();
        hold.become(State.GRANTED);
        assertThat(hold.isOwnedBy(owner)).isFalse();
        hold.take(owner);
        assertThat(hold.isOwnedBy(owner)).isTrue();
        assertThat(hold.isOwnedBy(new Thread())).isFalse();
        assertThat(hold.isOwnedBy(null)).isFalse();
        hold.close(false);
        assertThat(hold.isOwnedBy(owner)).isFalse();
        assertThat(hold.isUnused()).isTrue();
    }

    @Test
    void isUsedUntilAllHandlesAreClosed() {
        hold.become(State.GRANTED);
        hold.take(Thread.currentThread());
        hold.handles++;
        hold.detach();
        hold.close(false);
        assertThat(hold.isUnused()).isFalse();
        assertThat(hold.isOwnedBy(Thread.currentThread())).isFalse();
        hold.close(true);
        assertThat(hold.isUnused()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE - 1, Long.MIN_VALUE, -1_000_000_000_000_000_000L})
    void isKeptForItsTimeWhateverTheClockShows(long start) {
        ManualClock any = new ManualClock(start);
        Hold kept = hold(any);
        assertThat(kept.left()).isLessThanOrEqualTo(Duration.ZERO);
        kept.keep(seconds(10));
        assertThat(kept.left()).isEqualTo(seconds(10));
        any.pass(seconds(11));
        assertThat(kept.left()).isEqualTo(Duration.ZERO);
    }

    /** The next holder may start sooner after its grant than this one did. */
    @Test
    void isKeptWithATenthOfSlack() {
        hold.keep(seconds(10));
        clock.pass(seconds(1));
        assertThat(hold.left()).isEqualTo(seconds(10));
        clock.pass(seconds(1));
        assertThat(hold.left()).isEqualTo(seconds(9));
    }

    @Test
    void isKeptByTheLongerOfTwoTimes() {
        hold.keep(seconds(10));
        clock.pass(seconds(5));
        hold.keep(seconds(4));
        assertThat(hold.left()).isEqualTo(seconds(6));
        hold.keep(seconds(7));
        assertThat(hold.left()).isEqualTo(seconds(7));
    }

    @Test
    void neverLowersItsToken() {
        hold.raiseToken(5);
        hold.raiseToken(3);
        assertThat(hold.token()).isEqualTo(5);
        hold.raiseToken(8);
        assertThat(hold.token()).isEqualTo(8);
    }

    @Test
    void asksOnceForItsTokenUntilThatFails() {
        CompletableFuture<Long> first = new CompletableFuture<>();
        assertThat(hold.askOnce(() -> first)).isSameAs(first);
        assertThat(hold.askOnce(CompletableFuture::new)).isSameAs(first);
        first.completeExceptionally(new IllegalStateException("no"));
        CompletableFuture<Long> second = CompletableFuture.completedFuture(7L);
        assertThat(hold.askOnce(() -> second)).isSameAs(second);
        assertThat(hold.askOnce(CompletableFuture::new)).isSameAs(second);
    }

    /** A session that a test ends. */
    private static final class HoldSession extends SessionWithoutServer {
        private boolean alive = true;

        @Override
        public boolean isAlive() {
            return alive && super.isAlive();
        }

        @Override
        public void release(List<AdvisoryLockKey> keys, LockMode mode, Supplier<List<Runnable>> released) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void isLostWithItsSessionAndSaysWhy() {
        HoldSession session = new HoldSession();
        assertThat(hold.isLost()).as("before it is granted").isFalse();
        hold.keeper = session;
        hold.become(State.GRANTED);
        assertThat(hold.isAlive()).as("before it is taken").isFalse();
        hold.take(Thread.currentThread());
        assertThat(hold.isAlive()).isTrue();
        session.alive = false;
        assertThat(hold.isAlive()).isFalse();
        assertThat(hold.loss()).contains("silent");
        session.loss = "the server ended it";
        assertThat(hold.loss()).isEqualTo("the server ended it");
    }

    @Test
    void runsTheActionsOfTheHandlesThatAreOpen() {
        hold.add("one", () -> {});
        hold.add("one", () -> {});
        hold.add("other", () -> {});
        hold.forget("one");
        assertThat(hold.takeActions()).hasSize(1);
        assertThat(hold.takeActions()).isEmpty();
    }
}
