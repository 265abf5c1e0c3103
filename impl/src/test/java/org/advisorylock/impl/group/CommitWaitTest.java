package org.advisorylock.impl.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.advisorylock.impl.group.CommitWait.NoMajority;
import org.junit.jupiter.api.Test;

/** Clocks that differ, in a time that passes only while the wait pauses. */
class CommitWaitTest {

    private final AtomicLong now = new AtomicLong(1_000_000_000);
    private final List<Long> shown = new ArrayList<>();

    /** A clock that is wrong by this much, and advances by one with each look. */
    private CommitWait.Clock ahead(long micros) {
        return () -> {
            long time = now.incrementAndGet() + micros;
            shown.add(time);
            return time;
        };
    }

    private static long dead() throws SQLException {
        throw new SQLException("gone", "08006");
    }

    private CommitWait wait(CommitWait.Clock... clocks) {
        return new CommitWait(
                Arrays.asList(clocks),
                clocks.length / 2 + 1,
                Runnable::run,
                time -> now.addAndGet(time.toNanos() / 1000));
    }

    private long token(CommitWait.Clock... clocks) {
        return CommitWait.token(List.of(wait(clocks)));
    }

    @Test
    void givesTheClockInTheMiddleWithoutAWaitIfAllAnswer() {
        long began = now.get();
        assertThat(token(ahead(60_000_000_000L), ahead(0), ahead(-60_000_000_000L)))
                .isBetween(began, began + 10);
        assertThat(now.get()).isLessThan(began + 10);
    }

    @Test
    void waitsUntilAMajorityIsPastIt() {
        long began = now.get();
        long token = token(ahead(2_000_000), ahead(0), CommitWaitTest::dead);
        assertThat(token).isBetween(began + 2_000_000, began + 2_000_010);
        // Both members that answered are past the token when it is given.
        assertThat(now.get()).isGreaterThan(token);
        assertThat(shown.get(shown.size() - 1)).isGreaterThan(token);
    }

    @Test
    void growsFromMajorityToMajorityHoweverFarTheClocksAreApart() {
        CommitWait.Clock[] clocks = {ahead(3_000_000), ahead(-4_000_000), ahead(0)};
        long last = 0;
        for (int holder = 0; holder < 30; holder++) {
            CommitWait.Clock[] held = clocks.clone();
            if (holder % 4 < 3) {
                held[holder % 4] = CommitWaitTest::dead;
            }
            long token = token(held);
            assertThat(token).as("holder " + holder).isGreaterThan(last);
            last = token;
        }
    }

    @Test
    void doesNotWaitForAClockThatIsTooFarBehind() {
        assertThatExceptionOfType(NoMajority.class)
                .isThrownBy(
                        () -> token(ahead(0), ahead(CommitWait.MOST_SKEW.toNanos() / 1000 + 100), CommitWaitTest::dead))
                .satisfies(none -> assertThat(none.getSuppressed()).hasAtLeastOneElementOfType(CommitWait.Skew.class));
        assertThat(now.get()).isLessThan(1_000_000_000 + Duration.ofSeconds(1).toNanos() / 1000);
    }

    @Test
    void needsAMajorityThatAnswers() {
        assertThatExceptionOfType(NoMajority.class)
                .isThrownBy(() -> token(ahead(0), CommitWaitTest::dead, CommitWaitTest::dead));
    }

    @Test
    void isPastItInEachListWhileTheMembersChange() {
        CommitWait.Clock[] former = {ahead(5_000_000), ahead(5_000_000), CommitWaitTest::dead};
        CommitWait.Clock[] members = {ahead(0), ahead(-1_000_000), CommitWaitTest::dead};
        long began = now.get();
        long token = CommitWait.token(List.of(wait(members), wait(former)));
        assertThat(token).isGreaterThanOrEqualTo(began + 5_000_000);
        assertThat(token(members)).isGreaterThan(token);
        assertThat(token(former)).isGreaterThan(token);
    }
}
