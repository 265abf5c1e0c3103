package org.advisorylock.impl.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionTimeoutsTest {

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    @ParameterizedTest
    @CsvSource({"5, 0.5", "1, 0.5", "0.1, 0.5", "0.1, 0.1", "5, 30", "3600, 3600"})
    void tellsALeaderOfItsLossBeforeTheServerGivesTheLockAway(double heartbeat, double grace) {
        SessionTimeouts timeouts = SessionTimeouts.forLeaders(seconds(heartbeat), seconds(grace));
        for (int tenth = 0; tenth <= 10; tenth++) {
            Duration silent = seconds(heartbeat * tenth / 10);
            assertThat(silent.plus(timeouts.answerAfter(silent)))
                    .as("when the loss is told if the last message is sent after " + silent)
                    .isLessThanOrEqualTo(timeouts.heartbeat().plus(timeouts.answer()))
                    .isLessThan(timeouts.silence());
        }
        assertThat(timeouts.silence()).isEqualTo(seconds(heartbeat + grace));
        assertThat(timeouts.untilTold()).isGreaterThan(timeouts.silence());
    }

    @Test
    void waitsLongerForAnswersOnWhichNothingHangs() {
        SessionTimeouts timeouts = SessionTimeouts.forLeaders(seconds(5), seconds(0.5));
        assertThat(timeouts.answerAfter(Duration.ZERO)).isEqualTo(seconds(2.5));
        assertThat(timeouts.answerAfter(seconds(4))).isEqualTo(seconds(1.4));
        assertThat(timeouts.answerAfter(seconds(5))).isEqualTo(seconds(0.4));
        assertThat(timeouts.answerAfter(seconds(60))).isEqualTo(seconds(0.4));
    }

    @Test
    void givesSessionLocksHalfAHeartbeatForEachAnswerAndThreeOfSilence() {
        SessionTimeouts timeouts = SessionTimeouts.forLocks(seconds(5));
        for (int silent = 0; silent < 10; silent++) {
            assertThat(timeouts.answerAfter(seconds(silent))).isEqualTo(seconds(2.5));
        }
        assertThat(timeouts.silence()).isEqualTo(seconds(15));
        assertThat(timeouts.untilTold()).isEqualTo(seconds(10));
    }

    @Test
    void idleSessionsEndBeforeTheServerEndsThem() {
        for (SessionTimeouts longest : List.of(
                SessionTimeouts.forLocks(seconds(5)),
                SessionTimeouts.forLeaders(seconds(5), seconds(0.1)),
                SessionTimeouts.forLeaders(seconds(0.1), seconds(3600)))) {
            assertThat(longest.idle()).isPositive().isLessThan(longest.silence());
            assertThat(longest.idleFor(seconds(3600)).idle()).isEqualTo(longest.idle());
            assertThat(longest.idleFor(seconds(0.05))).returns(seconds(0.05), SessionTimeouts::idle);
            assertThat(longest.idleFor(Duration.ZERO).idle()).isZero();
        }
    }
}
