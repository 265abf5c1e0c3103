package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.advisorylock.LockHandle;
import org.advisorylock.LockRequest;
import org.advisorylock.testbed.NoLockLeft;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Three permits for two JVMs. */
@ExtendWith({NoLockLeft.class, Heartbeat.class})
@Timeout(180)
class PermitsAreNeverExceededIT {

    private static final int THREADS = 8;
    private static final int CALLS = 40;

    @Test
    void byTwoJvmsAndNobodyStarves() throws Exception {
        PlainSql.run(
                "DROP TABLE IF EXISTS faults_holder, faults_most",
                "CREATE TABLE faults_holder (holder int)",
                "CREATE TABLE faults_most (holders int)");
        try (SecondJvm one = SecondJvm.start("session", "permits", THREADS, CALLS);
                SecondJvm other = SecondJvm.start("session", "permits", THREADS, CALLS)) {
            for (SecondJvm jvm : List.of(one, other)) {
                jvm.await("READY");
            }
            one.go();
            other.go();
            for (SecondJvm jvm : List.of(one, other)) {
                jvm.await("DONE");
            }
        }
        assertThat(PlainSql.number("SELECT max(holders) FROM faults_most")).isBetween(1L, 3L);
        // Half of the threads wait in each call, and a quarter of all calls try once.
        assertThat(PlainSql.number("SELECT count(*) FROM faults_most"))
                .isGreaterThanOrEqualTo(2L * THREADS * CALLS * 3 / 4);
        PlainSql.run("DROP TABLE faults_holder, faults_most");
    }

    @Test
    void andThoseOfAKilledJvmAreFreeAgain() throws Exception {
        List<LockHandle> permits = new ArrayList<>();
        try (BankApplication application = BankApplication.start();
                SecondJvm second = SecondJvm.start("session", "hold", "import#2")) {
            second.await("READY");
            second.go();
            second.await("HOLDING");
            permits.add(take(application).get(30, TimeUnit.SECONDS));
            permits.add(take(application).get(30, TimeUnit.SECONDS));
            List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
            for (int waiter = 0; waiter < 5; waiter++) {
                waiting.add(take(application).thenApply(permit -> {
                    permit.close();
                    return true;
                }));
            }
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            second.kill();
            for (CompletableFuture<Boolean> served : waiting) {
                assertThat(served.get(30, TimeUnit.SECONDS)).isTrue();
            }
            permits.forEach(LockHandle::close);
        }
    }

    private static CompletableFuture<LockHandle> take(BankApplication application) {
        return BankApplication.async(
                () -> application.sessions().acquire(LockRequest.of("import").permits(3)));
    }
}
