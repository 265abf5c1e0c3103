package org.advisorylock.impl.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.advisorylock.impl.postgres.Incarnation;
import org.junit.jupiter.api.Test;

/** What a member must show before its grants count. It may have lost locks; ten minutes must pass after that. */
class MemoryTest {

    private static final Duration NEEDED = Duration.ofMinutes(10);
    private static final Duration OLD = Duration.ofHours(1);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000);
    private final Memory memory = new Memory(NEEDED, now::get);

    private void begin(String life, String identity, Duration age, Duration seenAgo) {
        Incarnation seen = new Incarnation(life, age, now.get() - seenAgo.toNanos());
        assertThat(memory.isNew(seen)).isTrue();
        memory.begin(seen, identity);
        memory.watched();
        assertThat(memory.isNew(seen)).isFalse();
    }

    @Test
    void believesTheServerWhereNobodyElseIsSeen() {
        begin("1", "a", OLD, Duration.ZERO);
        assertThat(memory.counts(false, false)).isTrue();
        begin("2", "a", NEEDED.minusSeconds(60), Duration.ZERO);
        assertThat(memory.counts(false, false)).isFalse();
    }

    @Test
    void believesItsOwnClockWhereOthersAreSeen() {
        begin("1", "a", OLD, NEEDED.minusSeconds(60));
        assertThat(memory.counts(false, true)).isFalse();
        assertThat(memory.reason()).contains("540 s ago");
        begin("2", "a", Duration.ZERO, NEEDED);
        assertThat(memory.counts(false, true)).isTrue();
    }

    @Test
    void believesOthersWhoShowThatItCounts() {
        begin("1", "a", Duration.ZERO, Duration.ZERO);
        assertThat(memory.counts(true, true)).isTrue();
        assertThat(memory.counts(false, true)).isTrue();
    }

    @Test
    void believesItsOwnClockWhereItHasSeenTheMemberForget() {
        begin("1", "a", OLD, OLD);
        assertThat(memory.counts(false, false)).isTrue();
        memory.broke();
        begin("2", "a", OLD, Duration.ZERO);
        assertThat(memory.counts()).isFalse();
        assertThat(memory.counts(false, false)).isFalse();
    }

    @Test
    void believesItsOwnClockWhereItIsAnotherDatabaseNow() {
        begin("1", "a", OLD, OLD);
        begin("2", "spare", OLD, Duration.ZERO);
        assertThat(memory.counts(false, false)).isFalse();
    }

    @Test
    void believesTheServerAgainAfterASessionThatEndedByTheNetworkAlone() {
        begin("1", "a", OLD, OLD);
        memory.broke();
        memory.watched();
        begin("2", "a", OLD, Duration.ZERO);
        assertThat(memory.counts(false, false)).isTrue();
    }

    @Test
    void countsOnceTheTimeHasPassed() {
        begin("1", "a", Duration.ZERO, Duration.ZERO);
        now.addAndGet(NEEDED.toNanos() - 1);
        assertThat(memory.counts(false, false)).isFalse();
        assertThat(memory.reason()).contains("599.999 s ago");
        now.incrementAndGet();
        assertThat(memory.counts(false, true)).isTrue();
    }
}
