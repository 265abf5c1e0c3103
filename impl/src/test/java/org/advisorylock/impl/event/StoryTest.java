package org.advisorylock.impl.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.transaction.TransactionalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockDeadlockException;
import org.advisorylock.LockEvent;
import org.advisorylock.LockEvent.Acquired;
import org.advisorylock.LockEvent.LockOutcome;
import org.advisorylock.LockEvent.Lost;
import org.advisorylock.LockEvent.NotAcquired;
import org.advisorylock.LockEvent.Released;
import org.advisorylock.LockEvent.WaitPlace;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockKeyException;
import org.advisorylock.LockListener;
import org.advisorylock.LockMode;
import org.advisorylock.LockScope;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.ManualClock;
import org.advisorylock.testbed.LibraryLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StoryTest {

    private static final Subject SUBJECT = new Subject("item:{id}", LockScope.SESSION, LockMode.SHARED, 3);

    private final ManualClock clock = new ManualClock();
    private final List<LockEvent> heard = new ArrayList<>();
    private LockEvents events = events(heard::add);
    private final Story story = events.begin(SUBJECT);

    private LockEvents events(LockListener... listeners) {
        return new LockEvents(true, () -> List.of(listeners), clock);
    }

    private static Acquired acquired(long waited, WaitPlace where) {
        return new Acquired("item:{id}", LockScope.SESSION, LockMode.SHARED, 3, Duration.ofMillis(waited), where);
    }

    private static Released released(long held) {
        return new Released("item:{id}", LockScope.SESSION, LockMode.SHARED, 3, Duration.ofMillis(held));
    }

    private static Lost lost(long held) {
        return new Lost("item:{id}", LockScope.SESSION, LockMode.SHARED, 3, Duration.ofMillis(held));
    }

    private void take(int parts) {
        String taken = story.tell(LockOutcome.TIMEOUT, () -> {
            clock.pass(Duration.ofMillis(30));
            story.waits(WaitPlace.SERVER);
            story.grant(parts);
            return "lock";
        });
        assertThat(taken).isEqualTo("lock");
    }

    @Test
    void tellsHowLongItWaitedAndHowLongItWasHeld() {
        take(1);
        clock.pass(Duration.ofMillis(500));
        story.end();
        story.tellEnd();
        assertThat(heard).containsExactly(acquired(30, WaitPlace.SERVER), released(500));
    }

    @Test
    void isOverOnceAllPartsAreOver() {
        take(2);
        story.end();
        story.tellEnd();
        assertThat(heard).hasSize(1);
        clock.pass(Duration.ofMillis(7));
        story.end();
        story.tellEnd();
        story.tellEnd();
        assertThat(heard).containsExactly(acquired(30, WaitPlace.SERVER), released(7));
    }

    @Test
    void isLostAsSoonAsOnePartIsLost() {
        take(2);
        story.lose();
        story.tellEnd();
        story.end();
        story.end();
        story.tellEnd();
        assertThat(heard).containsExactly(acquired(30, WaitPlace.SERVER), lost(0));
    }

    /** Another thread may notice the loss before the caller has told that it has the lock. */
    @Test
    void tellsTheBeginningFirst() {
        story.tell(LockOutcome.TIMEOUT, () -> {
            story.grant(1);
            clock.pass(Duration.ofMillis(4));
            story.lose();
            story.tellEnd();
            assertThat(heard).isEmpty();
            return "lock";
        });
        assertThat(heard).containsExactly(acquired(0, WaitPlace.NONE), lost(4));
        story.tellEnd();
        assertThat(heard).hasSize(2);
    }

    /** So it is with a lock that its owner has already. */
    @Test
    void saysNothingOfWhatWasNotGranted() {
        assertThat(story.<String>tell(LockOutcome.TIMEOUT, () -> "lock")).isEqualTo("lock");
        assertThat(heard).isEmpty();
    }

    @Test
    void tellsThatNothingCameInTime() {
        assertThat(story.<String>tell(LockOutcome.SKIPPED, () -> {
                    clock.pass(Duration.ofMillis(2));
                    return null;
                }))
                .isNull();
        assertThat(heard)
                .containsExactly(new NotAcquired(
                        "item:{id}",
                        LockScope.SESSION,
                        LockMode.SHARED,
                        3,
                        Duration.ofMillis(2),
                        LockOutcome.SKIPPED,
                        null));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        new LockTimeoutException("late", List.of(), Duration.ZERO, List.of(), null),
                        LockOutcome.TIMEOUT),
                Arguments.of(new LockDeadlockException("circle", List.of(), null), LockOutcome.DEADLOCK),
                Arguments.of(new LockGuardException("guard", List.of(), null), LockOutcome.REFUSED),
                Arguments.of(new SelfDeadlockException("self", List.of(), null), LockOutcome.REFUSED),
                Arguments.of(new LockKeyException("key"), LockOutcome.REFUSED),
                Arguments.of(
                        new TransactionalException(CallMessage.NO_TRANSACTION.text("k"), null), LockOutcome.REFUSED),
                Arguments.of(
                        new AdvisoryLockException(CallMessage.INTERRUPTED.text("k", "1 s"), List.of(), null),
                        LockOutcome.INTERRUPTED),
                Arguments.of(
                        new AdvisoryLockException(CallMessage.SESSION_INTERRUPTED.text("k", "1 s"), List.of(), null),
                        LockOutcome.INTERRUPTED),
                Arguments.of(new AdvisoryLockException("database", List.of(), null), LockOutcome.ERROR),
                Arguments.of(new IllegalStateException("a getter"), LockOutcome.ERROR));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void tellsWhyNot(RuntimeException failure, LockOutcome outcome) {
        assertThatExceptionOfType(failure.getClass())
                .isThrownBy(() -> story.tell(LockOutcome.SKIPPED, () -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(heard)
                .containsExactly(new NotAcquired(
                        "item:{id}",
                        LockScope.SESSION,
                        LockMode.SHARED,
                        3,
                        Duration.ZERO,
                        outcome,
                        failure.getClass().getName()));
    }

    /** What was granted and could not be handed over is given back without a word. */
    @Test
    void aRefusalIsTheLastWord() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> story.tell(LockOutcome.TIMEOUT, () -> {
                    story.grant(1);
                    story.end();
                    story.tellEnd();
                    throw new IllegalStateException("no handle");
                }));
        story.tellEnd();
        assertThat(heard).hasSize(1).first().isInstanceOf(NotAcquired.class);
    }

    @Test
    void aListenerThatThrowsIsLoggedAndTheOthersHear() throws Exception {
        events = events(
                event -> {
                    throw new IllegalStateException("broken");
                },
                event -> {
                    throw new AssertionError("broken too");
                },
                heard::add);
        try (LibraryLog log = new LibraryLog()) {
            events.retry(SUBJECT, 1);
            assertThat(log.await("ADVLOCK-0517")).contains("item:{id}", "broken");
            assertThat(log.messages()).hasSize(2);
        }
        assertThat(heard).hasSize(1);
    }

    @Test
    void whatAListenerDoesIsNotHeard() {
        List<Boolean> inside = new ArrayList<>();
        events = events(event -> {
            inside.add(events.isHeard());
            events.retry(SUBJECT, 2);
        });
        events.retry(SUBJECT, 1);
        assertThat(inside).containsExactly(false);
        assertThat(events.isHeard()).isTrue();
        assertThat(LockEvents.UNHEARD.isHeard()).isFalse();
    }

    @Test
    void looksForItsListenersAgainIfTheyCouldNotBeMade() {
        List<String> looks = new ArrayList<>();
        events = new LockEvents(
                true,
                () -> {
                    looks.add("look");
                    if (looks.size() == 1) {
                        throw new IllegalStateException("not yet");
                    }
                    return List.of(heard::add);
                },
                clock);
        events.retry(SUBJECT, 1);
        events.retry(SUBJECT, 2);
        events.retry(SUBJECT, 3);
        assertThat(looks).hasSize(2);
        assertThat(heard).hasSize(2);
    }
}
