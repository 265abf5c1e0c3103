package org.advisorylock.impl.session.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.advisorylock.impl.ManualClock;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session is alive exactly as long as the server waits for its messages. */
class PulseTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private final ManualClock clock = new ManualClock();
    private final SessionTimeouts timeouts = SessionTimeouts.forLocks(HEARTBEAT);
    private final Pulse pulse = new Pulse(timeouts, clock);

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void livesForTheSilenceThatTheServerBears(long start) {
        ManualClock any = new ManualClock(start);
        Pulse one = new Pulse(timeouts, any);
        any.pass(timeouts.silence());
        assertThat(one.isAlive()).isTrue();
        any.pass(Duration.ofNanos(1));
        assertThat(one.isAlive()).isFalse();
    }

    @Test
    void livesAnewWithEachAnswer() {
        for (int i = 0; i < 5; i++) {
            clock.pass(timeouts.silence());
            assertThat(pulse.isAlive()).isTrue();
            pulse.seenNow();
        }
    }

    /** The server counts from the message, and the answer may come late. */
    @Test
    void countsFromTheMessageThatWasAnswered() {
        long sent = clock.getAsLong();
        clock.pass(timeouts.silence());
        pulse.seen(sent);
        clock.pass(Duration.ofNanos(1));
        assertThat(pulse.isAlive()).isFalse();
    }

    @Test
    void isDueForASignOfLifeAfterAHeartbeat() {
        assertThat(pulse.untilBeat()).isEqualTo(HEARTBEAT.toNanos());
        clock.pass(HEARTBEAT);
        assertThat(pulse.untilBeat()).isZero();
        clock.pass(HEARTBEAT);
        assertThat(pulse.untilBeat()).isNegative();
        pulse.seenNow();
        assertThat(pulse.untilBeat()).isEqualTo(HEARTBEAT.toNanos());
    }
}
