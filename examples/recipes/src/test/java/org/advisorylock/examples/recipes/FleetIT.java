package org.advisorylock.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.testbed.Party;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers that share no database. */
@Timeout(180)
class FleetIT {
    /** An object store, and the work. */
    @ApplicationScoped
    static class Store implements FleetReport.Shared {
        private static final Map<String, Long> REPORTS = new HashMap<>();
        private static final List<Long> TOKENS = new ArrayList<>();
        private static final AtomicInteger COMPUTING = new AtomicInteger();
        private static final AtomicInteger MOST = new AtomicInteger();
        private static final AtomicInteger COMPUTED = new AtomicInteger();
        private static volatile Party party = Party.of(1);

        @Override
        public Optional<Long> kept(String month) {
            synchronized (REPORTS) {
                return Optional.ofNullable(REPORTS.get(month));
            }
        }

        @Override
        public long compute(String month) {
            MOST.accumulateAndGet(COMPUTING.incrementAndGet(), Math::max);
            party.attend();
            COMPUTING.decrementAndGet();
            return COMPUTED.incrementAndGet();
        }

        @Override
        public void keep(String month, long report, long token) {
            synchronized (REPORTS) {
                assertThat(TOKENS).allSatisfy(before -> assertThat(token).isGreaterThan(before));
                TOKENS.add(token);
                REPORTS.put(month, report);
            }
        }
    }

    private WorkerFleet fleet;

    @BeforeEach
    void start() throws Exception {
        Store.REPORTS.clear();
        Store.TOKENS.clear();
        Store.MOST.set(0);
        Store.COMPUTED.set(0);
        fleet = WorkerFleet.start("report (month text PRIMARY KEY, total bigint)", FleetReport.class, Store.class);
    }

    @AfterEach
    void stop() throws Exception {
        Store.party.letGo();
        fleet.close();
    }

    /** Lets two threads of each worker ask for a report, while the first one computes it. */
    private void allAskFor(String month, int... workers) throws Exception {
        Party party = Party.of(1);
        Store.party = party;
        int before = Store.COMPUTED.get();
        List<CompletableFuture<Long>> askers = new ArrayList<>();
        for (int asker = 0; asker < 2 * workers.length; asker++) {
            FleetReport report = fleet.get(workers[asker % workers.length], FleetReport.class);
            askers.add(Cluster.async(() -> report.of(month)));
        }
        party.awaitGuests();
        Cluster.await(
                "somebody holds the lock on a majority", () -> fleet.locks(0) + fleet.locks(1) + fleet.locks(2) >= 2);
        assertThat(askers).noneMatch(CompletableFuture::isDone);
        party.letGo();
        for (CompletableFuture<Long> asker : askers) {
            assertThat(Cluster.result(asker)).isEqualTo(before + 1);
        }
        assertThat(Store.COMPUTED).hasValue(before + 1);
        for (int worker : workers) {
            assertThat(fleet.number(worker, "SELECT total FROM report WHERE month = '" + month + "'"))
                    .isEqualTo(before + 1);
        }
    }

    @Test
    void oneWorkerAtATimeComputesAReportAndAllHaveIt() throws Exception {
        allAskFor("2026-10", 0, 1, 2, 3);
        allAskFor("2026-11", 3, 2, 1, 0);
        assertThat(Store.MOST).hasValue(1);
        assertThat(Store.TOKENS).hasSize(2);
    }

    @Test
    void theOthersGoOnWithoutTheWorkerWhoseDatabaseIsOutOfReach() throws Exception {
        allAskFor("2026-10", 0, 1, 2, 3);
        fleet.swallow(1, true);
        allAskFor("2026-11", 0, 2, 3);
        fleet.swallow(1, false);
        allAskFor("2026-12", 0, 1, 2, 3);
        assertThat(fleet.get(1, FleetReport.class).of("2026-11")).isEqualTo(2);
        assertThat(Store.COMPUTED).hasValue(3);
        assertThat(Store.MOST).hasValue(1);
    }
}
