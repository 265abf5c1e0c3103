package org.advisorylock.tck.faulttolerance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CountDownLatch;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.Locking;
import org.advisorylock.tck.OtherHolder;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Fault tolerance at its own place, inside transaction and lock. */
@Locking
class FaultToleranceInsideTest extends FaultToleranceContract {

    @Deployment
    static WebArchive deployment() {
        return archive(FaultToleranceInsideTest.class, "");
    }

    @Test
    @Assertion("FT-01")
    void aRefusedLockIsNotRepeated() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, "payment:1")) {
            attempts.afterFailure(rival::release);
            assertThat(catchThrowable(() -> payments.retried(1, () -> "called")))
                    .isInstanceOf(LockTimeoutException.class);
        }
        assertThat(attempts.begun()).isEqualTo(1);
        try (OtherHolder rival = OtherHolder.holding(database, "payment:2")) {
            attempts.afterFailure(rival::release);
            assertThat(catchThrowable(() -> payments.retriedInSession(2, () -> "called")))
                    .isInstanceOf(LockTimeoutException.class);
        }
        assertThat(attempts.begun()).isEqualTo(2);
    }

    @Test
    @Assertion("FT-02")
    void theMethodIsRepeatedInOneTransactionUnderOneLock() throws Exception {
        assertThat(payments.retried(3, failing(2))).isEqualTo("attempt 3");
        assertThat(attempts.begun()).isEqualTo(1);
        assertThat(saved()).isEqualTo("1,2,3");
    }

    @Test
    @Assertion("FT-03")
    void aRefusedLockDoesNotReachTheFallback() {
        try (OtherHolder rival = OtherHolder.holding(database, "payment:4")) {
            assertThat(catchThrowable(() -> payments.fallingBack(4, () -> "called")))
                    .isInstanceOf(LockTimeoutException.class);
            rival.release();
        }
    }

    @Test
    @Assertion("FT-04")
    void theFallbackHasTheLockAndTheTransactionCommits() throws Exception {
        assertThat(payments.fallingBack(5, failing(1))).isEqualTo("instead of 5, held [" + key("payment:5") + "]");
        assertThat(saved()).isEqualTo("1");
    }

    @Test
    @Assertion("FT-05")
    void theTimeoutDoesNotEndAWaitForTheLock() throws Exception {
        assertThat(failureBesideARival(6, () -> payments.bounded(6, () -> "called")))
                .isInstanceOf(LockTimeoutException.class);
        assertThat(failureAtTheGate(7, () -> payments.bounded(7, () -> "called")))
                .isInstanceOf(LockTimeoutException.class);
    }

    @Test
    @Assertion("FT-06")
    void theTimeoutOfTheMethodRollsBack() throws Exception {
        assertThat(catchThrowable(() -> payments.bounded(8, this::writeAndStayUntilInterrupted)))
                .isInstanceOf(TimeoutException.class);
        assertThat(saved()).isEqualTo("null");
    }

    private String writeAndStayUntilInterrupted() throws Exception {
        failing(0).call();
        new CountDownLatch(1).await();
        return "never";
    }
}
