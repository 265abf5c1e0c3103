package org.advisorylock.examples.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import org.advisorylock.testbed.Async;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The packaged application, twice, on one database. */
class TwoNodesIT {

    private static final int SEATS = 60;
    private static final int CLIENTS = 4;

    /** Of the exit code of a JVM that SIGTERM has ended in order. */
    private static final int TERMINATED = 143;

    // Made before each test.
    @SuppressWarnings("NullAway.Init")
    private JarProcess a;

    @SuppressWarnings("NullAway.Init")
    private JarProcess b;

    @BeforeEach
    void start() throws Exception {
        a = JarProcess.start("a");
        b = JarProcess.start("b");
    }

    @AfterEach
    void stop() throws Exception {
        a.close();
        b.close();
        BookingRows.awaitNoLock();
    }

    @Test
    void sellEachSeatOnceAndDoTheJobOncePerSecond() throws Exception {
        CyclicBarrier round = new CyclicBarrier(CLIENTS);
        List<CompletableFuture<Long>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            JarProcess node = i % 2 == 0 ? a : b;
            String customer = "client-" + i;
            clients.add(Async.run(() -> {
                long sold = 0;
                for (int seat = 1; seat <= SEATS; seat++) {
                    round.await();
                    sold += node.book(11, seat, customer) == 201 ? 1 : 0;
                }
                return sold;
            }));
        }
        long told = 0;
        for (CompletableFuture<Long> client : clients) {
            told += client.get();
        }
        assertThat(told).as("answers that say sold").isEqualTo(SEATS);
        assertThat(BookingRows.soldSeats(11))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, SEATS).boxed().toList());

        List<Long> ticks = BookingRows.await(BookingRows::ticks, rows -> new HashSet<>(rows).size() >= 3);
        assertThat(ticks).as("seconds of the job").doesNotHaveDuplicates();
        assertThat(a.log() + b.log()).doesNotContain("ERROR", "ADVLOCK");
    }

    @Test
    void waitForARivalAndEndWithoutALock() throws Exception {
        long key = BookingRows.key("seat:12:7");
        try (Rival rival = Rival.holding(key)) {
            CompletableFuture<Integer> ann = Async.run(() -> a.book(12, 7, "ann"));
            Rival.awaitWaiter(key);
            CompletableFuture<Integer> bob = Async.run(() -> b.book(12, 7, "bob"));
            Rival.awaitWaiters(key, 2);
            // Its backend still waits for the lock, and learns of its end only afterwards.
            a.kill();
            rival.rollback();
            assertThat(bob.get()).isEqualTo(201);
            assertThat(ann).failsWithin(Duration.ofSeconds(30));
        }
        assertThat(BookingRows.customers(12, 7)).containsExactly("bob");
        assertThat(b.stop()).as("exit code").isEqualTo(TERMINATED);
    }
}
