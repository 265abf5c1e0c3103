package org.advisorylock.examples.booking.run;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.advisorylock.examples.booking.run.BookingAttempt.NodeAnswer;

/** Two nodes, one database, four clients. Tells what happens, and returns the claims that do not hold. */
final class Load {
    private static final int WITHOUT_LOCK = 1;
    private static final int WITH_LOCK = 2;
    private static final int WITH_KILL = 3;
    private static final int EXTRA_STARTS = 100;

    private final Terminal screen;
    private final BookingDatabase database;
    private final List<String> broken = new ArrayList<>();

    private Load(Terminal screen, BookingDatabase database) {
        this.screen = screen;
        this.database = database;
    }

    static List<String> run(Server server, Terminal screen)
            throws IOException, InterruptedException, SQLException, ExecutionException {
        try (BookingDatabase database = new BookingDatabase()) {
            return new Load(screen, database).run(server);
        }
    }

    private List<String> run(Server server) throws IOException, InterruptedException, SQLException, ExecutionException {
        screen.title(server.name() + ": two nodes, one database");
        try (NodeProcess a = start(server, "a")) {
            // Node a runs alone first, which shows that its timer works. The timer of b is seen when a is dead.
            database.awaitReports(2, "a");
            try (NodeProcess b = start(server, "b")) {
                List<NodeProcess> nodes = List.of(a, b);
                screen.title("%d clients, half of them at each node; together they try to book each seat %d times"
                        .formatted(Clients.CLIENTS, Clients.BOOKINGS / Clients.SEATS));
                Sales unguarded = sell("without the lock", nodes, WITHOUT_LOCK, false);
                claim(unguarded.seatsSoldTwice() > 0, "without the lock, seats are sold twice");
                Sales guarded = sell("with @AdvisoryLock", nodes, WITH_LOCK, true);
                claim(guarded.areRight(), "with the lock, every seat is sold once, and every answer is true");
                startJobAtAnyTime(nodes);
                database.awaitReports(5, "a", "b");
                sellAndKill(nodes, a);
                database.awaitReports(3, "b");
                timers();
                long left = database.locksLeft();
                screen.say("%d advisory locks in pg_locks", left);
                claim(left == 0, "no lock is left in pg_locks");
            }
        }
        return broken;
    }

    private NodeProcess start(Server server, String name) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        NodeProcess node = NodeProcess.start(server, name, database);
        screen.say(
                "node %s: %s, pid %d, ready after %.1f s",
                name, node.url(), node.pid(), (System.nanoTime() - begin) / 1e9);
        return node;
    }

    private Sales sell(String how, List<NodeProcess> nodes, int show, boolean lock)
            throws SQLException, InterruptedException, ExecutionException {
        return sell(how, new Clients(nodes, show, lock), show);
    }

    private Sales sell(String how, Clients clients, int show)
            throws SQLException, InterruptedException, ExecutionException {
        long begin = System.nanoTime();
        Sales sales = new Sales(clients.book(), database.sales(show));
        screen.say(
                "%s: %,d bookings in %.1f s: %d sold, %,d refused, %d failed; %d seats sold, %d of them more than once",
                how,
                sales.attempts().size(),
                (System.nanoTime() - begin) / 1e9,
                sales.answered(NodeAnswer.SOLD),
                sales.answered(NodeAnswer.REFUSED),
                sales.answered(NodeAnswer.FAILED),
                sales.seats(),
                sales.seatsSoldTwice());
        return sales;
    }

    /** As nodes do whose clocks are wrong. */
    private void startJobAtAnyTime(List<NodeProcess> nodes) throws IOException, InterruptedException {
        int accepted = 0;
        for (int i = 0; i < EXTRA_STARTS; i++) {
            accepted += nodes.get(i % nodes.size()).post("api/job") == 204 ? 1 : 0;
        }
        screen.say("the job was started %d times more, at any time, on both nodes", accepted);
        claim(
                accepted == EXTRA_STARTS,
                "a job that is done already, or runs on the other node, is skipped without an error");
    }

    private void sellAndKill(List<NodeProcess> nodes, NodeProcess victim)
            throws SQLException, InterruptedException, ExecutionException {
        Clients clients = new Clients(nodes, WITH_KILL, true);
        CompletableFuture<Integer> killed = CompletableFuture.supplyAsync(() -> killInTheMiddle(victim, clients));
        Sales sales = sell("with @AdvisoryLock, and kill -9", clients, WITH_KILL);
        int roundOfDeath = killed.get();
        screen.say(
                "node %s died in round %d of %d, with locks in use; %d requests broke off",
                victim.name(), roundOfDeath, Clients.ROUNDS, sales.broken());
        claim(roundOfDeath < Clients.ROUNDS, "a node was killed in the middle");
        claim(sales.areRight(), "a node killed in the middle changes none of that");
    }

    /** Returns the round in which the node was dead. */
    private static int killInTheMiddle(NodeProcess victim, Clients clients) {
        try {
            if (clients.awaitHalf()) {
                BookingDatabase.awaitSeatLock(victim.name());
                victim.kill();
            }
        } catch (SQLException | InterruptedException e) {
            throw new CompletionException(e);
        }
        return clients.round();
    }

    private void timers() throws SQLException {
        Ticks ticks = new Ticks(database.reports());
        screen.say(
                "timer: reports per node %s; %d seconds without, %d with more than one",
                ticks.perNode(), ticks.missed(), ticks.reportedTwice());
        claim(ticks.reportedTwice() == 0, "the job ran on one node per tick");
    }

    private void claim(boolean holds, String sentence) {
        screen.say("[%s] %s", holds ? "ok" : "NOT SO", sentence);
        if (!holds) {
            broken.add(sentence);
        }
    }
}
