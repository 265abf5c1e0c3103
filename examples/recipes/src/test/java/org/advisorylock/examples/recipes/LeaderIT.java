package org.advisorylock.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.advisorylock.LeadershipEvent;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One server works off the queue, and hands it over. */
@ExtendWith(NoLockLeft.class)
@Timeout(180)
class LeaderIT {
    /** What all servers are told, in one order. Fired after the listener has returned. */
    @ApplicationScoped
    static class Chronicle {
        static final List<Long> ENDED = new CopyOnWriteArrayList<>();

        void note(@Observes LeadershipEvent event) {
            if (!event.elected()) {
                ENDED.add(event.term());
            }
        }
    }

    private static final String TERMS = "SELECT term FROM queue_term";
    private static final String LEFT = "SELECT count(*) FROM orders WHERE shipped_in IS NULL";

    @RegisterExtension
    final Cluster cluster = new Cluster();

    @BeforeEach
    void fill() throws Exception {
        Chronicle.ENDED.clear();
        cluster.tables("orders (id serial, shipped_in bigint)", "queue_term (term bigint)");
        Cluster.execute("INSERT INTO queue_term VALUES (0)");
    }

    private static void order(int count) throws Exception {
        Cluster.execute("INSERT INTO orders (shipped_in) SELECT NULL FROM generate_series(1, " + count + ")");
    }

    private RecipeNode start() {
        return cluster.start(OrderQueue.class, QueueLeader.class, Chronicle.class);
    }

    private static void awaitAllShipped() throws Exception {
        Cluster.await("all orders are shipped", () -> Cluster.number(LEFT) == 0);
    }

    @Test
    void aLeaderThatDoesNotKnowOfItsEndIsRefused() throws Exception {
        RecipeNode first = start();
        order(1);
        awaitAllShipped();
        long old = Cluster.number(TERMS);
        start();
        awaitPlace(first, "order-queue@1");
        Cluster.execute("SELECT pg_terminate_backend("
                + first.holder("order-queue").orElseThrow().pid() + ")");
        Cluster.await("a new term has begun", () -> Cluster.number(TERMS) > old);
        order(1);
        awaitAllShipped();

        order(1);
        OrderQueue queue = first.get(OrderQueue.class);
        assertThatIllegalStateException().isThrownBy(() -> queue.shipNext(old)).withMessageContaining("is over");
        awaitAllShipped();
        long now = Cluster.number(TERMS);
        assertThat(Cluster.numbers("SELECT shipped_in FROM orders ORDER BY id")).containsExactly(old, now, now);
    }

    @Test
    void aServerThatIsStoppedFinishesItsOrderBeforeTheNextOneLeads() throws Exception {
        RecipeNode first = start();
        order(1);
        awaitAllShipped();
        long old = Cluster.number(TERMS);
        RecipeNode second = start();
        awaitPlace(second, "order-queue@1");
        CompletableFuture<Boolean> stopping;
        try (Rival rival = Rival.open();
                var statement = rival.connection().createStatement()) {
            // A leader that ships an order now has to wait.
            statement.execute("LOCK TABLE orders");
            statement.execute("INSERT INTO orders DEFAULT VALUES");
            statement.execute("INSERT INTO orders DEFAULT VALUES");
            Cluster.await("an order is under way", LeaderIT::someoneWaitsForTheTable);
            stopping = Cluster.async(() -> {
                cluster.stop(first);
                return true;
            });
            awaitRevoked();
            assertThat(Chronicle.ENDED).isEmpty();
            assertThat(second.holder("order-queue")).isPresent();
            rival.commit();
        }
        assertThat(Cluster.result(stopping)).isTrue();
        assertThat(Chronicle.ENDED).containsExactly(old);
        awaitAllShipped();
        List<Long> terms = Cluster.numbers("SELECT shipped_in FROM orders ORDER BY id");
        assertThat(terms).hasSize(3).startsWith(old, old);
        assertThat(terms.get(2)).isGreaterThan(old);
    }

    @Test
    void aRollingDeploymentLeavesNoOrder() throws Exception {
        RecipeNode server = start();
        for (int version = 2; version <= 4; version++) {
            order(200);
            RecipeNode next = start();
            awaitPlace(next, "order-queue@1");
            Cluster.await("it has begun", () -> Cluster.number(LEFT) < 200);
            cluster.stop(server);
            server = next;
        }
        awaitAllShipped();
        assertThat(Cluster.numbers("SELECT shipped_in FROM orders ORDER BY id"))
                .hasSize(600)
                .isSorted();
        assertThat(Chronicle.ENDED).hasSize(3).isSorted();
    }

    private static boolean someoneWaitsForTheTable() throws Exception {
        return Cluster.number("SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND NOT granted") > 0;
    }

    /** Waits until the server that is stopped waits, in revoked(), for the order under way. */
    private static void awaitRevoked() throws Exception {
        Cluster.await("the leader waits for its order", () -> Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getState() == Thread.State.WAITING)
                .flatMap(thread -> Arrays.stream(thread.getValue()))
                .anyMatch(frame -> frame.getClassName().startsWith(QueueLeader.class.getName())
                        && frame.getMethodName().equals("revoked")));
    }

    private static void awaitPlace(RecipeNode node, String key) throws Exception {
        Cluster.await("somebody holds " + key, () -> node.holder(key).isPresent());
    }
}
