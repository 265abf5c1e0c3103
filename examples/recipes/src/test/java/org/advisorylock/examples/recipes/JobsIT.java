package org.advisorylock.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Party;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How often, and how many at once. */
@ExtendWith(NoLockLeft.class)
@Timeout(180)
class JobsIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    @Test
    void aNightlyJobRunsOnOneServerEvenIfAnothersClockIsLate() throws Exception {
        cluster.tables("orders (id int)", "report (day date, orders bigint)");
        List<RecipeNode> nodes = cluster.start(3, NightlyReport.class);
        CompletableFuture<Boolean> first;
        try (Rival rival = Rival.open();
                var statement = rival.connection().createStatement()) {
            statement.execute("LOCK TABLE report");
            first = Cluster.async(() -> nodes.get(0).get(NightlyReport.class).run());
            Cluster.await(
                    "the job is running",
                    () -> nodes.get(1).holder("nightly-report").isPresent());
            assertThat(nodes.get(1).get(NightlyReport.class).run()).isFalse();
        }
        assertThat(Cluster.result(first)).isTrue();

        // The job is done, and only now is it two o'clock on the third server.
        assertThat(nodes.get(2).get(NightlyReport.class).run()).isFalse();
        assertThat(nodes.get(0).get(NightlyReport.class).run()).isFalse();
        assertThat(Cluster.number("SELECT count(*) FROM report")).isOne();
    }

    @Test
    void aPartnerIsCalledAtMostTenTimesInASecond() throws Exception {
        List<RecipeNode> nodes = cluster.start(3, PartnerApi.class);
        Set<Long> starts = new ConcurrentSkipListSet<>();
        List<CompletableFuture<Boolean>> calls = new ArrayList<>();
        long began = System.nanoTime();
        for (int call = 0; call < 30; call++) {
            PartnerApi api = nodes.get(call % 3).get(PartnerApi.class);
            calls.add(Cluster.async(() -> api.call(() -> starts.add(System.nanoTime() - began))));
        }
        for (CompletableFuture<Boolean> call : calls) {
            assertThat(Cluster.result(call)).isTrue();
        }
        List<Long> inOrder = List.copyOf(starts);
        assertThat(inOrder).hasSize(30);
        // Of eleven starts two had the same permit, one second apart at least; of twenty-one three.
        assertThat(inOrder.get(10)).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(1));
        assertThat(inOrder.get(20)).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(2));
    }

    @Test
    void threeImportsRunAtATimeWhateverTheirTransactions() throws Exception {
        cluster.tables("customer (name text)");
        List<RecipeNode> nodes = cluster.start(2, Imports.class);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Party three = Party.of(3);
        Iterable<String> names = () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            three.attend();
            running.decrementAndGet();
            return List.of("Ada", "Grace").iterator();
        };
        List<CompletableFuture<Boolean>> imports = new ArrayList<>();
        for (int number = 0; number < 8; number++) {
            Imports server = nodes.get(number % 2).get(Imports.class);
            boolean inOneTransaction = number < 4;
            imports.add(Cluster.async(() -> {
                if (inOneTransaction) {
                    server.allOrNothing(names);
                } else {
                    server.oneByOne(names);
                }
                return true;
            }));
        }
        three.awaitGuests();
        Cluster.await(
                "a fourth import waits", () -> nodes.get(0).locks().stream().anyMatch(lock -> !lock.granted()));
        three.letGo();
        for (CompletableFuture<Boolean> one : imports) {
            assertThat(Cluster.result(one)).isTrue();
        }
        assertThat(most).hasValue(3);
        assertThat(Cluster.number("SELECT count(*) FROM customer")).isEqualTo(16);
    }
}
