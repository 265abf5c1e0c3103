package org.advisorylock.tck.faulttolerance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.advisorylock.LockGuardException;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.Locking;
import org.advisorylock.tck.OtherHolder;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Fault tolerance outside transaction and lock. */
@Locking
class FaultToleranceOutsideTest extends FaultToleranceContract {

    @Deployment
    static WebArchive deployment() {
        return archive(FaultToleranceOutsideTest.class, "mp.fault.tolerance.interceptor.priority=100\n");
    }

    @Test
    @Assertion("FT-11")
    void aRefusedLockIsRepeatedInATransactionOfItsOwn() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, "payment:11")) {
            attempts.afterFailure(rival::release);
            assertThat(payments.retried(11, failing(0))).isEqualTo("attempt 1");
        }
        try (OtherHolder rival = OtherHolder.holding(database, "payment:12")) {
            attempts.afterFailure(rival::release);
            assertThat(payments.retriedInSession(12, failing(0))).isEqualTo("attempt 1");
        }
        assertThat(attempts.begun()).isEqualTo(4);
        assertThat(attempts.failures()).containsExactly(LockTimeoutException.class, LockTimeoutException.class);
        assertThat(saved()).isEqualTo("1,1");
    }

    @Test
    @Assertion("FT-12")
    void theMethodIsRepeatedWithItsTransactionAndItsLock() throws Exception {
        assertThat(payments.retried(13, failing(2))).isEqualTo("attempt 3");
        assertThat(attempts.begun()).isEqualTo(3);
        assertThat(saved()).isEqualTo("3");
    }

    @Test
    @Assertion("FT-13")
    void inATransactionOfTheCallerNothingIsRepeatedWell() throws Exception {
        Throwable failure = catchThrowable(() -> inTransaction(() -> payments.retried(14, failing(1))));
        assertThat(failure).isInstanceOf(LockGuardException.class);
        assertThat(saved()).isEqualTo("null");
    }

    @Test
    @Assertion("FT-14")
    void theFallbackSeesARefusedLockAndHasNoLock() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, "payment:15")) {
            assertThat(payments.fallingBack(15, () -> "called"))
                    .isEqualTo("instead of 15, held [" + key("payment:15") + "]");
            rival.release();
        }
        assertThat(payments.fallingBack(16, failing(1))).isEqualTo("instead of 16, held []");
        assertThat(saved()).isEqualTo("null");
    }

    @Test
    @Assertion("FT-15")
    void theTimeoutEndsAWaitInTheDatabaseAndAtTheGate() throws Exception {
        assertThat(failureBesideARival(17, () -> payments.boundedPatiently(17, () -> "called")))
                .isInstanceOf(TimeoutException.class);
        assertThat(failureAtTheGate(18, () -> payments.boundedPatiently(18, () -> "called")))
                .isInstanceOf(TimeoutException.class);
    }
}
