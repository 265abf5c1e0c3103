package org.advisorylock.examples.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.virtual.threads.VirtualThreads;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.advisorylock.testbed.Party;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The lock in an application of Quarkus, with REST, Panache and the scheduler. */
@QuarkusTest
@QuarkusTestResource(SharedDatabase.class)
class BoxOfficeTest {

    private static final int CALLERS = 15;

    @Inject
    BoxOffice boxOffice;

    @Inject
    Reports reports;

    @Inject
    EntityManager entities;

    /** Virtual, where the JDK has such. */
    @Inject
    @VirtualThreads
    ExecutorService threads;

    // Quarkus injects it.
    @SuppressWarnings("NullAway.Init")
    @TestHTTPResource("/api/shows/")
    URI shows;

    @AfterEach
    void noLockIsLeft() throws SQLException {
        BookingRows.awaitNoLock();
    }

    @Test
    void aCallWaitsWhileARivalHoldsItsKey() throws Exception {
        try (Rival rival = Rival.holding(BookingRows.key("seat:1:7"))) {
            Future<Integer> answer = threads.submit(() -> post("1/seats/7?customer=ann"));
            Rival.awaitWaiter(BookingRows.key("seat:1:7"));
            assertThat(post("1/seats/8?customer=ann")).as("another seat").isEqualTo(201);
            assertThat(answer).isNotDone();
            assertThat(BookingRows.customers(1, 7)).isEmpty();
            rival.rollback();
            assertThat(answer.get()).isEqualTo(201);
        }
        assertThat(BookingRows.customers(1, 7)).containsExactly("ann");
        assertThat(post("1/seats/7?customer=bob")).isEqualTo(409);
    }

    @Test
    void theLockIsOnTheConnectionOfPanachesWriteAndEndsWithIt() throws SQLException {
        long key = BookingRows.key("seat:2:7");
        QuarkusTransaction.begin();
        assertThat(boxOffice.book(2, 7, "ann")).isTrue();
        assertThat(Sale.count("show", 2)).as("seen inside").isEqualTo(1);
        assertThat(BookingRows.customers(2, 7)).as("seen outside").isEmpty();
        assertThat(BookingRows.holders(key)).containsExactly((Integer)
                entities.createNativeQuery("SELECT pg_backend_pid()").getSingleResult());
        QuarkusTransaction.rollback();
        assertThat(BookingRows.holders(key)).isEmpty();
        assertThat(BookingRows.customers(2, 7)).isEmpty();
    }

    @Test
    void manyCallersOfASeatSellItOnce() throws Exception {
        for (int seat = 1; seat <= 10; seat++) {
            assertThat(rush(3, seat)).as("sales of seat " + seat).isEqualTo(1);
            assertThat(BookingRows.customers(3, seat)).hasSize(1);
        }
    }

    private long rush(int show, int seat) throws Exception {
        Party party = Party.of(CALLERS);
        List<Future<Boolean>> answers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            String customer = "customer-" + i;
            answers.add(threads.submit(() -> {
                party.attend();
                return boxOffice.book(show, seat, customer);
            }));
        }
        party.awaitGuests();
        party.letGo();
        long sold = 0;
        for (Future<Boolean> answer : answers) {
            sold += answer.get() ? 1 : 0;
        }
        return sold;
    }

    @Test
    void theTimerSkipsTheJobWhileARivalHoldsItsKey() throws SQLException {
        int before;
        try (Rival rival = Rival.holding(BookingRows.key("booking-report"))) {
            before = BookingRows.ticks().size();
            reports.write();
            assertThat(BookingRows.ticks()).hasSize(before);
            rival.rollback();
        }
        BookingRows.await(BookingRows::ticks, ticks -> ticks.size() > before);
    }

    private int post(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(shows.resolve(path))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
