package org.advisorylock.tck.platform;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ejb.EJB;
import java.util.concurrent.TimeUnit;
import org.advisorylock.LockMode;
import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.BackgroundCall;
import org.advisorylock.tck.ContractTest;
import org.advisorylock.tck.Deployments;
import org.advisorylock.tck.Locking;
import org.advisorylock.tck.OtherHolder;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Timers, whose methods the container calls through {@code @AroundTimeout}. */
@Locking
class TimerTest extends ContractTest {

    private static final long BOUND_SECONDS = 60;

    @EJB
    TimerBean clock;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(TimerTest.class).addClass(TimerBean.class);
    }

    @Test
    @Assertion("TIMER-01")
    void aScheduledMethodHoldsItsLock() throws Exception {
        // Drops what was noted while another test held the key.
        clock.ticks().clear();
        assertThat(clock.ticks().poll(BOUND_SECONDS, TimeUnit.SECONDS))
                .contains(key("tick").toString());
    }

    @Test
    @Assertion("TIMER-01")
    void aTimeoutMethodHoldsTheLockOfItsTimer() throws Exception {
        clock.start("42");
        assertThat(clock.timeouts().poll(BOUND_SECONDS, TimeUnit.SECONDS))
                .startsWith("42: ")
                .contains(key("timeout:42").toString());
    }

    @Test
    @Assertion("TIMER-01")
    void aTimeoutMethodWaitsForItsLock() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, "timeout:43")) {
            clock.start("43");
            BackgroundCall<String> timeout =
                    threads.start(() -> clock.timeouts().take());
            database.awaitWaiter(key("timeout:43"), timeout);
            rival.release();
            assertThat(timeout.get()).startsWith("43: ");
        }
    }

    @Test
    @Assertion("TIMER-02")
    void aScheduledMethodThatIsSkippedIsNotCalled() throws Exception {
        try (OtherHolder rival = OtherHolder.open(database)) {
            awaitLocked(rival);
            clock.ticks().clear();
            clock.beats().clear();
            for (int i = 0; i < 3; i++) {
                assertThat(clock.beats().poll(BOUND_SECONDS, TimeUnit.SECONDS)).isEqualTo("beat");
            }
            assertThat(clock.ticks()).isEmpty();
            rival.release();
            assertThat(clock.ticks().poll(BOUND_SECONDS, TimeUnit.SECONDS)).isNotNull();
        }
    }

    /** A tick may just be running. */
    private void awaitLocked(OtherHolder rival) {
        for (int i = 0; !rival.tryLock(key("tick"), LockMode.EXCLUSIVE); i++) {
            assertThat(i).as("tries").isLessThan(100_000);
        }
    }
}
