package org.advisorylock.examples.booking.run;

import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The reports that the timers made. */
record Ticks(List<BookingDatabase.ReportRow> reports) {
    Map<String, Long> perNode() {
        return reports.stream()
                .collect(Collectors.groupingBy(BookingDatabase.ReportRow::node, TreeMap::new, Collectors.counting()));
    }

    /** Seconds for which more than one report was made. */
    long reportedTwice() {
        return perTick().values().stream().filter(times -> times > 1).count();
    }

    /** Seconds between the first report and the last for which none was made. */
    long missed() {
        LongSummaryStatistics ticks =
                reports.stream().mapToLong(BookingDatabase.ReportRow::tick).summaryStatistics();
        return reports.isEmpty()
                ? 0
                : ticks.getMax() - ticks.getMin() + 1 - perTick().size();
    }

    private Map<Long, Long> perTick() {
        return reports.stream().collect(Collectors.groupingBy(BookingDatabase.ReportRow::tick, Collectors.counting()));
    }
}
