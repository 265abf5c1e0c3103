package org.advisorylock.examples.booking.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.advisorylock.examples.booking.run.BookingDatabase.ReportRow;
import org.junit.jupiter.api.Test;

/** The judge of the timers tells right from wrong. */
class TicksTest {
    @Test
    void aSecondWithTwoReportsAndOneWithNoneAreSeen() {
        Ticks ticks = new Ticks(List.of(
                new ReportRow(100, "a"),
                new ReportRow(101, "a"),
                new ReportRow(101, "b"),
                new ReportRow(103, "b"),
                new ReportRow(104, "b")));

        assertThat(ticks.perNode()).isEqualTo(Map.of("a", 2L, "b", 3L));
        assertThat(ticks.reportedTwice()).isEqualTo(1);
        assertThat(ticks.missed()).isEqualTo(1);
    }

    @Test
    void oneReportPerSecondIsRightWhicheverNodeMadeIt() {
        Ticks ticks = new Ticks(List.of(new ReportRow(100, "a"), new ReportRow(101, "b")));

        assertThat(ticks.reportedTwice()).isZero();
        assertThat(ticks.missed()).isZero();
    }
}
