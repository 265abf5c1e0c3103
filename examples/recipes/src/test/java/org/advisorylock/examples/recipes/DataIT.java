package org.advisorylock.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Results that are computed once, work that is done once, and reads that are fresh. */
@ExtendWith(NoLockLeft.class)
@Timeout(180)
class DataIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    @Test
    void aResultIsComputedOnceAfterEachChange() throws Exception {
        cluster.tables(
                "orders (id int)", "order_version (version bigint)", "order_total (version bigint, total bigint)");
        Cluster.execute("INSERT INTO order_version VALUES (1)", "INSERT INTO orders VALUES (1), (2)");
        List<RecipeNode> nodes = cluster.start(3, OrderTotal.class);

        assertThat(allAtOnce(nodes)).containsOnly(2L);
        assertThat(Cluster.numbers("SELECT version FROM order_total")).containsExactly(1L);

        Cluster.execute("INSERT INTO orders VALUES (3)");
        nodes.get(0).get(OrderTotal.class).changed();
        assertThat(allAtOnce(nodes)).containsOnly(3L);
        assertThat(Cluster.numbers("SELECT version FROM order_total")).containsExactly(1L, 2L);
    }

    /** Lets all nodes find that there is no result, before any of them may compute it. */
    private static List<Long> allAtOnce(List<RecipeNode> nodes) throws Exception {
        List<CompletableFuture<Long>> readers = new ArrayList<>();
        try (Rival rival =
                Rival.holding(AdvisoryLockKey.of("order-total", KeyHash.MD5).number())) {
            assertThat(rival.pid()).isPositive();
            for (int reader = 0; reader < 9; reader++) {
                OrderTotal total = nodes.get(reader % nodes.size()).get(OrderTotal.class);
                readers.add(Cluster.async(total::current));
            }
            Rival.awaitWaiters(nodes.size());
        }
        List<Long> totals = new ArrayList<>();
        for (CompletableFuture<Long> reader : readers) {
            totals.add(Cluster.result(reader));
        }
        return totals;
    }

    @Test
    void aMigrationRunsOnTheFirstServerAndTheOthersFindItDone() throws Exception {
        cluster.tables("orders (id int)", "schema_step (step text)");
        List<CompletableFuture<RecipeNode>> starting = new ArrayList<>();
        try (Rival rival =
                Rival.holding(AdvisoryLockKey.of("migration", KeyHash.MD5).number())) {
            assertThat(rival.pid()).isPositive();
            for (int node = 0; node < 3; node++) {
                starting.add(Cluster.async(() -> cluster.start(Migration.class)));
            }
            Rival.awaitWaiters(3);
        }
        for (CompletableFuture<RecipeNode> start : starting) {
            assertThat(Cluster.result(start).get(Sql.class).number("SELECT count(*) FROM schema_step"))
                    .contains(2L);
        }
        assertThat(Cluster.number("SELECT count(*) FROM pg_index WHERE indrelid = 'orders'::regclass AND indisvalid"))
                .isOne();
    }

    @Test
    void aRepeatableReadTransactionReadsWhatTheLastOneCommitted() throws Exception {
        cluster.tables(
                "entry (account bigint, number bigint, amount bigint, balance bigint, UNIQUE (account, number))");
        List<RecipeNode> nodes = cluster.start(2, Ledger.class);
        List<CompletableFuture<Boolean>> tellers = new ArrayList<>();
        for (int teller = 0; teller < 6; teller++) {
            Ledger ledger = nodes.get(teller % 2).get(Ledger.class);
            int sign = teller % 3 == 0 ? -1 : 1;
            tellers.add(Cluster.async(() -> {
                for (int turn = 1; turn <= 20; turn++) {
                    ledger.post(42, (long) sign * turn);
                }
                return true;
            }));
        }
        for (CompletableFuture<Boolean> teller : tellers) {
            assertThat(Cluster.result(teller)).isTrue();
        }
        assertThat(Cluster.number("SELECT max(number) FROM entry")).isEqualTo(120);
        assertThat(Cluster.numbers("SELECT balance - sum(amount) OVER (ORDER BY number) FROM entry"))
                .hasSize(120)
                .containsOnly(0L);
    }
}
