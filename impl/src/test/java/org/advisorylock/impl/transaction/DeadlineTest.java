package org.advisorylock.impl.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.ManualClock;
import org.advisorylock.impl.postgres.Claim;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request waits up to its limit and no longer, whatever value the clock starts at. */
class DeadlineTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualClock clock = new ManualClock();

    private static Claim claim(long waitMillis) {
        return Claim.of(List.of(AdvisoryLockKey.of(1)), LockMode.EXCLUSIVE, waitMillis);
    }

    private Deadline deadline(long waitMillis) {
        return new Deadline(claim(waitMillis), clock);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1, Long.MAX_VALUE, Long.MAX_VALUE - 999_999_999, Long.MIN_VALUE, -2_000_000_000})
    void isTheSameAtAnyTimeOfTheClock(long start) {
        ManualClock any = new ManualClock(start);
        Deadline deadline = new Deadline(claim(2000), any);
        assertThat(deadline.nanoTime() - start).isEqualTo(2_000_000_000L);
        assertThat(deadline.notBefore(SECOND.toNanos()) - start).isEqualTo(2_000_000_000L);
        any.pass(SECOND);
        assertThat(deadline.waited()).isEqualTo(SECOND);
        assertThat(deadline.millisLeft()).isEqualTo(1000);
        assertThat(deadline.isOver()).isFalse();
        any.pass(SECOND);
        assertThat(deadline.isOver()).isTrue();
        assertThat(deadline.waited()).isEqualTo(Duration.ofSeconds(2));
    }

    /** Zero milliseconds would make PostgreSQL wait for ever, and the library try once. */
    @ParameterizedTest
    @CsvSource({
        "0, 5",
        "1, 5",
        "999999, 5",
        "1000000, 4",
        "1000001, 4",
        "4000000, 1",
        "4000001, 1",
        "4999999, 1",
        "5000000, 1",
        "9000000, 1",
        "3600000000000, 1"
    })
    void leavesWholeMillisecondsAndAtLeastOne(long passedNanos, long left) {
        Deadline deadline = deadline(5);
        clock.pass(Duration.ofNanos(passedNanos));
        assertThat(deadline.millisLeft()).isEqualTo(left);
    }

    @Test
    void ofARequestThatTriesOnceIsOverAtOnceAndStaysATry() {
        Deadline deadline = deadline(AdvisoryLock.IMMEDIATE);
        assertThat(deadline.isOver()).isTrue();
        assertThat(deadline.millisLeft()).isZero();
        clock.pass(SECOND);
        assertThat(deadline.millisLeft()).isZero();
    }

    @Test
    void ofAnUnlimitedRequestNeverComes() {
        Deadline deadline = deadline(AdvisoryLock.UNLIMITED);
        clock.pass(Duration.ofDays(365 * 100L));
        assertThat(deadline.isOver()).isFalse();
        assertThat(deadline.millisLeft()).isEqualTo(AdvisoryLock.UNLIMITED);
        assertThat(deadline.notBefore(1) - deadline.now()).isGreaterThan(SECOND.toNanos());
    }

    @Test
    void neverGrowsWhileItIsAsked() {
        Deadline deadline = deadline(Claim.LONGEST_WAIT_MILLIS);
        long last = deadline.millisLeft();
        assertThat(last).isEqualTo(Claim.LONGEST_WAIT_MILLIS);
        for (int day = 1; day < 30; day++) {
            clock.pass(Duration.ofDays(1));
            assertThat(deadline.millisLeft()).isLessThan(last).isPositive();
            last = Math.max(2, deadline.millisLeft());
        }
        assertThat(deadline.isOver()).isTrue();
    }

    @Test
    void givesAShortWaitAtLeastTheTimeOfAProof() {
        assertThat(deadline(10).notBefore(SECOND.toNanos())).isEqualTo(clock.in(SECOND));
        assertThat(deadline(AdvisoryLock.IMMEDIATE).notBefore(SECOND.toNanos())).isEqualTo(clock.in(SECOND));
        assertThat(deadline(10).notBefore(0)).isEqualTo(clock.in(Duration.ofMillis(10)));
    }

    @Test
    void countsFromItsBeginning() {
        Deadline early = deadline(1000);
        clock.pass(SECOND);
        Deadline late = deadline(1000);
        assertThat(early.isOver()).isTrue();
        assertThat(late.isOver()).isFalse();
        assertThat(late.waited()).isZero();
    }
}
