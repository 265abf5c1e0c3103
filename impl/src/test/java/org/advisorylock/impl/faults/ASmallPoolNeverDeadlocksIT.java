package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.advisorylock.testbed.NoLockLeft;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Session locks and the work under them share one pool that has hardly enough connections for both. */
@ExtendWith({NoLockLeft.class, Heartbeat.class})
@Timeout(180)
class ASmallPoolNeverDeadlocksIT {

    private static final int THREADS = 20;
    private static final int CALLS = 5;

    @ParameterizedTest
    @CsvSource({"2, false", "3, false", "3, true", "4, true"})
    void ofSoManyConnections(int pool, boolean elects) throws Exception {
        PlainSql.createAccounts(2);
        try (SecondJvm one = SecondJvm.start("session", "add", pool, THREADS, CALLS, elects);
                SecondJvm other = SecondJvm.start("session", "add", pool, THREADS, CALLS, elects)) {
            for (SecondJvm jvm : List.of(one, other)) {
                jvm.await("READY");
            }
            long began = System.nanoTime();
            one.go();
            other.go();
            for (SecondJvm jvm : List.of(one, other)) {
                assertThat(jvm.await("DONE")).isEqualTo("DONE " + THREADS * CALLS);
            }
            System.out.printf(
                    "Pool of %d%s: %d calls in %d ms%n",
                    pool,
                    elects ? " with an election" : "",
                    2 * THREADS * CALLS,
                    (System.nanoTime() - began) / 1_000_000);
        }
        assertThat(PlainSql.number("SELECT sum(balance) FROM faults_account")).isEqualTo(2 * THREADS * CALLS);
        PlainSql.dropAccounts();
    }
}
