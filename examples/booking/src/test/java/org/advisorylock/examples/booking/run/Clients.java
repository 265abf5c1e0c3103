package org.advisorylock.examples.booking.run;

import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that go through the seats of a show together: in each round all of them want the same seat at the same
 * moment.
 */
final class Clients {
    static final int CLIENTS = 4;
    static final int SEATS = 200;
    static final int BOOKINGS = 2000;
    static final int ROUNDS = BOOKINGS / CLIENTS;

    private static final int PATIENCE_SECONDS = 120;

    private final List<NodeProcess> nodes;
    private final int show;
    private final boolean lock;
    private final AtomicInteger round = new AtomicInteger();
    private final CountDownLatch halfway = new CountDownLatch(1);

    Clients(List<NodeProcess> nodes, int show, boolean lock) {
        this.nodes = nodes;
        this.show = show;
        this.lock = lock;
    }

    /** Which round it is. */
    int round() {
        return round.get();
    }

    boolean awaitHalf() throws InterruptedException {
        return halfway.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void nextRound() {
        if (round.incrementAndGet() == ROUNDS / 2) {
            halfway.countDown();
        }
    }

    /** Makes all bookings. */
    List<BookingAttempt> book() throws InterruptedException, ExecutionException {
        CyclicBarrier allAreHere = new CyclicBarrier(CLIENTS, this::nextRound);
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Callable<List<BookingAttempt>>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int client = i;
                clients.add(() -> {
                    List<BookingAttempt> attempts = new ArrayList<>();
                    for (int turn = 0; turn < ROUNDS; turn++) {
                        allAreHere.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                        int seat = 1 + turn * SEATS / ROUNDS;
                        attempts.add(attempt(client, "client-" + client + "-" + turn, seat));
                    }
                    return attempts;
                });
            }
            List<BookingAttempt> all = new ArrayList<>();
            for (Future<List<BookingAttempt>> attempts : threads.invokeAll(clients)) {
                all.addAll(attempts.get());
            }
            return all;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Half of the clients ask one node first, half the other. */
    private BookingAttempt attempt(int client, String customer, int seat) throws InterruptedException {
        boolean broken = false;
        for (int i = 0; i < nodes.size(); i++) {
            NodeProcess node = nodes.get((client + i) % nodes.size());
            try {
                return new BookingAttempt(customer, seat, ask(node, customer, seat), broken);
            } catch (ConnectException nodeIsGone) {
                // The first node never received this booking.
            } catch (IOException nodeWentAway) {
                broken = true;
            }
        }
        return new BookingAttempt(customer, seat, BookingAttempt.NodeAnswer.FAILED, broken);
    }

    private BookingAttempt.NodeAnswer ask(NodeProcess node, String customer, int seat)
            throws IOException, InterruptedException {
        String path = "api/shows/%d/seats/%d?customer=%s&lock=%s".formatted(show, seat, customer, lock);
        return switch (node.post(path)) {
            case 201 -> BookingAttempt.NodeAnswer.SOLD;
            case 409 -> BookingAttempt.NodeAnswer.REFUSED;
            default -> BookingAttempt.NodeAnswer.FAILED;
        };
    }
}
