package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMode;
import org.advisorylock.LockMonitor;
import org.advisorylock.LockRequest;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Who holds and who waits. */
@Locking
class LockMonitorTest extends ContractTest {

    /** Takes a lock, for the monitor to show. */
    @ApplicationScoped
    @Transactional
    public static class Pumps {
        /** Runs one. */
        @AdvisoryLock("pump:{id}")
        public void run(int id, Task task) throws Exception {
            task.run();
        }
    }

    @Inject
    Pumps pumps;

    @Inject
    LockMonitor monitor;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(LockMonitorTest.class);
    }

    @Test
    @Assertion("MON-01")
    void showsHoldersOfThisApplicationWithTheirText() throws Exception {
        pumps.run(1, () -> {
            Integer pid = Integer.valueOf(database.queryInside("SELECT pg_catalog.pg_backend_pid()"));
            assertThat(monitor.locks()).singleElement().satisfies(row -> {
                assertThat(row.key()).isEqualTo(key("pump:1"));
                assertThat(row.key().text()).contains("pump:1");
                assertThat(row.mode()).isEqualTo(LockMode.EXCLUSIVE);
                assertThat(row.granted()).isTrue();
                assertThat(row.pid()).isEqualTo(pid);
                assertThat(row.waitingSince()).isNull();
                assertThat(row.transactionSince()).isNotNull();
                assertThat(row.blockedBy()).isEmpty();
                assertThat(row.preparedTransaction()).isNull();
            });
        });
    }

    @Test
    @Assertion("MON-02")
    void showsWaitersAndWhoKeepsThem() {
        try (OtherHolder rival = OtherHolder.holding(database, "pump:2")) {
            BackgroundCall<Boolean> call = start(() -> pumps.run(2, () -> {}));
            database.awaitWaiter(key("pump:2"), call);
            List<LockInfo> rows = monitor.locks();
            assertThat(rows).extracting(LockInfo::granted).containsExactly(true, false);
            assertThat(rows).extracting(LockInfo::key).containsOnly(key("pump:2"));
            assertThat(rows.get(0).pid()).isEqualTo(rival.pid());
            assertThat(rows.get(1).blockedBy()).containsExactly(rival.pid());
            rival.release();
            call.get();
        }
    }

    @Test
    @Assertion("MON-01")
    void showsLocksOfOtherProgramsInTheOrderOfTheirKeys() {
        AdvisoryLockKey low = AdvisoryLockKey.of(Long.MIN_VALUE);
        AdvisoryLockKey high = AdvisoryLockKey.of(1);
        try (OtherHolder rival = OtherHolder.holding(database, LockMode.SHARED, high, low)) {
            List<LockInfo> rows = monitor.locks();
            assertThat(rows).extracting(LockInfo::key).containsExactly(low, high);
            assertThat(rows).extracting(LockInfo::mode).containsOnly(LockMode.SHARED);
            assertThat(rows).extracting(LockInfo::pid).containsOnly(rival.pid());
        }
    }

    @Test
    @Assertion("MON-01")
    void showsPairs() {
        AdvisoryLockKey pair = AdvisoryLockKey.of(-1, -2);
        try (OtherHolder rival = OtherHolder.holding(database, LockMode.EXCLUSIVE, pair)) {
            assertThat(monitor.locks()).singleElement().satisfies(row -> {
                assertThat(row.key()).isEqualTo(pair);
                assertThat(row.pid()).isEqualTo(rival.pid());
            });
        }
        assertThat(monitor.locks()).isEmpty();
    }

    @Test
    @Assertion("MON-03")
    void showsWhoHoldsTheKeysOfARequest() {
        LockRequest pumps = LockRequest.of("pump:{0}", List.of(3, 4)).and(AdvisoryLockKey.of(1, 2));
        assertThat(monitor.locks(pumps)).isEmpty();
        AdvisoryLockKey pair = AdvisoryLockKey.of(1, 2);
        AdvisoryLockKey other = AdvisoryLockKey.of((1L << 32) + 2);
        try (OtherHolder rival =
                OtherHolder.holding(database, LockMode.EXCLUSIVE, key("pump:3"), key("pump:5"), pair, other)) {
            BackgroundCall<Boolean> call = start(() -> this.pumps.run(3, () -> {}));
            database.awaitWaiter(key("pump:3"), call);
            List<LockInfo> rows = monitor.locks(pumps);
            assertThat(rows).extracting(LockInfo::key).containsExactly(key("pump:3"), key("pump:3"), pair);
            assertThat(rows).extracting(LockInfo::granted).containsExactly(true, false, true);
            assertThat(rows.get(0).pid()).isEqualTo(rival.pid());
            assertThat(rows.get(0).key().text()).contains("pump:3");
            rival.release();
            call.get();
        }
    }

    @Test
    @Assertion("MON-03")
    void showsWhoHoldsThePermitsOfAKey() {
        LockRequest imports = LockRequest.of("import").permits(2);
        try (OtherHolder rival = OtherHolder.holding(database, "import", "import#2", "import#3")) {
            assertThat(monitor.locks(imports)).singleElement().satisfies(row -> {
                assertThat(row.key()).isEqualTo(key("import#2"));
                assertThat(row.pid()).isEqualTo(rival.pid());
            });
        }
    }
}
