package org.advisorylock.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.advisorylock.testbed.NoLockLeft;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each comparison runs with tiny counts. The tests check nothing about times. */
@ExtendWith(NoLockLeft.class)
class BenchmarksIT {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void callsShowOneRoundTripMoreForAnyNumberOfKeys() throws Exception {
        Calls.run(Size.TINY, out);
        assertThat(printed())
                .contains("| no lock | 2.00 |")
                .contains("| by hand, 1 key | 3.00 |")
                .contains("| @AdvisoryLock, 1 key | 3.00 |")
                .contains("| @AdvisoryLock, nested call, same key | 3.00 |")
                .contains("| by hand, 10 keys one by one | 12.00 |")
                .contains("| @AdvisoryLock, 100 keys | 3.00 |");
    }

    /**
     * The driver sends a message in parts of 8 kB. If the server answers the first part before the second comes, the
     * proxy counts two round trips, although the client has not waited. So there are not more keys here.
     */
    @Test
    void manyKeysGoInOneMessageToo() throws Exception {
        ManyKeys.run(Size.TINY, out, 10, 500);
        assertThat(printed())
                .contains("| by hand, 10 keys in one statement | 3.00 |")
                .contains("| @AdvisoryLock, 10 keys | 3.00 |")
                .contains("| TransactionLocks, 500 keys | 3.00 |");
    }

    @Test
    void guardsShareTheMessageOfTheLock() throws Exception {
        Guards.run(Size.TINY, out);
        assertThat(printed())
                .contains("| plain lock | 2.00 |")
                .contains("| the library's first try, sent by hand | 2.00 |")
                .contains("| the library itself, waiting at once | 2.00 |")
                .contains("| SAVEPOINT in the same message | no | yes | yes |");
    }

    /**
     * Why the library proves by the status or by a SAVEPOINT: of the ways that need no message of their own they alone
     * are right everywhere.
     */
    @ParameterizedTest
    @EnumSource
    void proofsErrWhereTheDecisionsSayThatTheyDo(TransactionCheck proof) throws Exception {
        boolean blindInOneMessage = proof == TransactionCheck.NOW_AT_ONCE || proof == TransactionCheck.PG_LOCKS_AT_ONCE;
        assertThat(ProofsOnTrial.inAutocommit(proof)).isEqualTo(blindInOneMessage);
        assertThat(ProofsOnTrial.inTransaction(proof)).isTrue();
        assertThat(ProofsOnTrial.inBranch(proof)).isEqualTo(proof != TransactionCheck.AUTO_COMMIT);
    }

    @Test
    void ownCostIsMeasuredForEveryCall() throws Exception {
        OwnCost.tiny(out);
        assertThat(printed())
                .contains("stub transaction: **the library's own, 1 key**")
                .contains("Narayana: **the library's own, 1 key**")
                .contains("key making: md5");
    }

    @Test
    void hotKeyIsPassedOn() throws Exception {
        HotKey.run(1, 50, out);
        assertThat(printed()).contains("| 64 | on |").contains("| 64 | off |");
    }

    @Test
    void poolStarvationIsJudged() throws Exception {
        PoolStarvation.run(1, 100, out);
        assertThat(printed()).contains("of their idle throughput with the gate");
    }
}
