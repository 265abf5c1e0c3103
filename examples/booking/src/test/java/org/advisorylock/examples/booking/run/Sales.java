package org.advisorylock.examples.booking.run;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.advisorylock.examples.booking.run.BookingAttempt.NodeAnswer;

/** Compares what the clients were told with what the database has. */
record Sales(List<BookingAttempt> attempts, List<BookingDatabase.SaleRow> rows) {
    long answered(NodeAnswer answer) {
        return attempts.stream().filter(attempt -> attempt.answer() == answer).count();
    }

    long broken() {
        return attempts.stream().filter(BookingAttempt::broken).count();
    }

    long seats() {
        return perSeat().size();
    }

    long seatsSoldTwice() {
        return perSeat().values().stream().filter(times -> times > 1).count();
    }

    private Map<Integer, Long> perSeat() {
        return rows.stream().collect(Collectors.groupingBy(BookingDatabase.SaleRow::seat, Collectors.counting()));
    }

    /** Sales that a client was told of and that are not there. */
    long lost() {
        Set<BookingDatabase.SaleRow> told =
                sales(attempts.stream().filter(attempt -> attempt.answer() == NodeAnswer.SOLD));
        told.removeAll(Set.copyOf(rows));
        return told.size();
    }

    /** Sales that are there although the client was told otherwise. A client whose node died was told nothing. */
    long unexplained() {
        Set<BookingDatabase.SaleRow> there = new HashSet<>(rows);
        there.removeAll(
                sales(attempts.stream().filter(attempt -> attempt.answer() == NodeAnswer.SOLD || attempt.broken())));
        return there.size();
    }

    private static Set<BookingDatabase.SaleRow> sales(Stream<BookingAttempt> attempts) {
        return attempts.map(attempt -> new BookingDatabase.SaleRow(attempt.seat(), attempt.customer()))
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** All bookings were answered, all seats are sold, none twice, and every answer is true. */
    boolean areRight() {
        return attempts.size() == Clients.BOOKINGS
                && answered(NodeAnswer.FAILED) == 0
                && seats() == Clients.SEATS
                && seatsSoldTwice() == 0
                && lost() == 0
                && unexplained() == 0;
    }
}
