package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.advisorylock.testbed.NoLockLeft;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two servers, eight threads, 10,000 transactions, each of two to five of ten keys in random order. */
@ExtendWith(NoLockLeft.class)
@Timeout(300)
class TwoJvmsInAnyOrderIT {

    private static final int TRANSACTIONS = 5_000;

    @Test
    void neverDeadlockAndLoseNoUpdate() throws Exception {
        PlainSql.createAccounts(Worker.KEYS);
        try (SecondJvm one = SecondJvm.start("shuffle", TRANSACTIONS, 1);
                SecondJvm other = SecondJvm.start("shuffle", TRANSACTIONS, 2)) {
            for (SecondJvm jvm : List.of(one, other)) {
                jvm.await("READY");
            }
            one.go();
            other.go();
            long added = 0;
            for (SecondJvm jvm : List.of(one, other)) {
                String[] done = jvm.await("DONE").split(" ", -1);
                assertThat(done[1]).as("committed").isEqualTo(Integer.toString(TRANSACTIONS));
                assertThat(done[3]).as("deadlocks").isEqualTo("0");
                added += Long.parseLong(done[2]);
            }
            assertThat(PlainSql.number("SELECT sum(balance) FROM faults_account"))
                    .isEqualTo(added);
        }
        PlainSql.dropAccounts();
    }
}
