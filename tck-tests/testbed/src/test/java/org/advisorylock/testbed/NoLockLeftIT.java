package org.advisorylock.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.test;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import jakarta.transaction.Status;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

class NoLockLeftIT {

    @Test
    void findsALock() throws SQLException {
        // The rival stands for what the test left: it holds its lock before, during and after it.
        try (Rival rival = Rival.holding(4_003)) {
            String backend = "backend " + rival.pid() + " 'rival'";
            run(Idle.class)
                    .assertThatEvents()
                    .haveExactly(
                            1,
                            event(
                                    test("leavesIt"),
                                    finishedWithFailure(message(text -> text.contains("locks are left")
                                            && text.contains("ExclusiveLock, granted")
                                            && text.contains(backend)))));
        }
    }

    @Test
    void findsATransactionAndEndsIt() throws Exception {
        run(LeavesATransaction.class)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                test("leavesIt"),
                                finishedWithFailure(message(text -> text.contains("a transaction is left")))));
        assertThat(Narayana.transactionManager().getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
    }

    private static Events run(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .execute()
                .testEvents();
    }

    @ExtendWith(NoLockLeft.class)
    static class Idle {

        @Test
        void leavesIt() {}
    }

    @ExtendWith(NoLockLeft.class)
    static class LeavesATransaction {

        @Test
        void leavesIt() throws Exception {
            Narayana.transactionManager().begin();
        }
    }
}
