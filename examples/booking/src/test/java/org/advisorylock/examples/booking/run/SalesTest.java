package org.advisorylock.examples.booking.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.advisorylock.examples.booking.run.BookingAttempt.NodeAnswer;
import org.junit.jupiter.api.Test;

/** The judge of the two nodes tells right from wrong. */
class SalesTest {
    private final List<BookingAttempt> attempts = new ArrayList<>();
    private final List<BookingDatabase.SaleRow> rows = new ArrayList<>();

    /** Each seat is sold to the first who asks, and refused to the others. */
    SalesTest() {
        for (int i = 0; i < Clients.BOOKINGS; i++) {
            int seat = 1 + i % Clients.SEATS;
            boolean first = i < Clients.SEATS;
            attempts.add(new BookingAttempt("c" + i, seat, first ? NodeAnswer.SOLD : NodeAnswer.REFUSED, false));
            if (first) {
                rows.add(new BookingDatabase.SaleRow(seat, "c" + i));
            }
        }
    }

    @Test
    void oneSalePerSeatIsRight() {
        assertThat(new Sales(attempts, rows).areRight()).isTrue();
        assertThat(new Sales(attempts, rows).answered(NodeAnswer.REFUSED)).isEqualTo(1800);
    }

    @Test
    void aSeatSoldTwiceIsWrong() {
        attempts.set(300, new BookingAttempt("c300", 101, NodeAnswer.SOLD, false));
        rows.add(new BookingDatabase.SaleRow(101, "c300"));

        Sales sales = new Sales(attempts, rows);
        assertThat(sales.seatsSoldTwice()).isEqualTo(1);
        assertThat(sales.areRight()).isFalse();
    }

    @Test
    void aSaleThatIsNotThereIsWrong() {
        rows.set(7, new BookingDatabase.SaleRow(8, "c207"));
        attempts.set(207, new BookingAttempt("c207", 8, NodeAnswer.REFUSED, true));

        Sales sales = new Sales(attempts, rows);
        assertThat(sales.lost()).isEqualTo(1);
        assertThat(sales.areRight()).isFalse();
    }

    @Test
    void aSaleThatNobodyWasToldOfIsWrong() {
        attempts.set(7, new BookingAttempt("c7", 8, NodeAnswer.REFUSED, false));

        Sales sales = new Sales(attempts, rows);
        assertThat(sales.unexplained()).isEqualTo(1);
        assertThat(sales.areRight()).isFalse();
    }

    @Test
    void aSaleWhoseNodeDiedBeforeItAnsweredIsRight() {
        attempts.set(7, new BookingAttempt("c7", 8, NodeAnswer.REFUSED, true));

        Sales sales = new Sales(attempts, rows);
        assertThat(sales.broken()).isEqualTo(1);
        assertThat(sales.areRight()).isTrue();
    }

    @Test
    void aFailedBookingAnUnsoldSeatAndAMissingBookingAreWrong() {
        List<BookingAttempt> failed = new ArrayList<>(attempts);
        failed.set(1999, new BookingAttempt("c1999", 200, NodeAnswer.FAILED, false));
        assertThat(new Sales(failed, rows).areRight()).isFalse();

        List<BookingAttempt> refused = new ArrayList<>(attempts);
        refused.set(0, new BookingAttempt("c0", 1, NodeAnswer.REFUSED, false));
        assertThat(new Sales(refused, rows.subList(1, rows.size())).areRight()).isFalse();

        assertThat(new Sales(attempts.subList(0, 1999), rows).areRight()).isFalse();
    }
}
