package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockHandle;
import org.advisorylock.LockRequest;
import org.advisorylock.SessionLocks;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A proxy between the pool and PostgreSQL counts the round trips. */
@ExtendWith(NoLockLeft.class)
class SessionRoundTripsIT {

    private TcpProxy proxy;
    private Application application;
    private SessionLocks locks;

    @BeforeEach
    void start() throws Exception {
        start("PT10S");
    }

    private void start(String idle) throws Exception {
        stop();
        System.setProperty("advisorylock.session.idle", idle);
        // The long heartbeat keeps signs of life out of the count.
        System.setProperty("advisorylock.session.heartbeat", "PT1M");
        JtaStack jta = JtaStack.start();
        proxy = TcpProxy.toDatabase();
        TestDataSources.local = jta.pool(JtaStack.Enlistment.LOCAL, proxy.jdbcUrl(), 5);
        application = Application.start(jta, Shop.class, Night.class);
        locks = application.get(SessionLocks.class);
    }

    @AfterEach
    void stop() throws Exception {
        if (application != null) {
            application.close();
            proxy.close();
            application = null;
        }
        System.clearProperty("advisorylock.session.idle");
        System.clearProperty("advisorylock.session.heartbeat");
    }

    private double roundTrips(Callable<?> call) throws Exception {
        return OneRoundTripIT.roundTrips(proxy, call);
    }

    private static Callable<Integer> pair(Supplier<LockHandle> acquire) {
        return () -> {
            acquire.get().close();
            return 1;
        };
    }

    @Test
    void areTwoForALoneLock() throws Exception {
        assertThat(roundTrips(pair(() -> locks.acquire("k")))).isEqualTo(2);
        assertThat(roundTrips(() -> application.get(Night.class).outside("k", () -> 1)))
                .isEqualTo(2);
    }

    @Test
    void areFourIfNoIdleSessionMayStayOpen() throws Exception {
        start("PT0S");
        assertThat(roundTrips(pair(() -> locks.acquire("k")))).isEqualTo(4);
    }

    @Test
    void isOneForACallThatIsSkipped() throws Exception {
        try (Rival rival = Rival.holding(AdvisoryLockKey.of("k", KeyHash.MD5).number())) {
            assertThat(roundTrips(() -> {
                        assertThat(application.get(Night.class).once("k")).isFalse();
                        return 1;
                    }))
                    .isOne();
            assertThat(roundTrips(() -> {
                        assertThat(locks.tryAcquire("k", Duration.ZERO)).isEmpty();
                        return 1;
                    }))
                    .isOne();
            assertThat(rival.pid()).isPositive();
        }
    }

    @Test
    void areOneToAcquireAndOneToReleaseWhereTheSessionIsThere() throws Exception {
        try (LockHandle other = locks.acquire("other")) {
            assertThat(roundTrips(pair(() -> locks.acquire("k")))).isEqualTo(2);
            assertThat(roundTrips(() -> application.get(Night.class).outside("k", () -> 1)))
                    .isEqualTo(2);
            assertThat(roundTrips(pair(() -> locks.acquire(LockRequest.of("k").permits(3)))))
                    .isEqualTo(2);
            assertThat(roundTrips(pair(() -> {
                        LockHandle handle = locks.acquire("k");
                        assertThat(handle.fencingToken()).isEqualTo(handle.fencingToken());
                        return handle;
                    })))
                    .isEqualTo(3);
            // Held by this thread: nothing is sent.
            assertThat(roundTrips(
                            pair(() -> locks.tryAcquire("other", Duration.ZERO).orElseThrow())))
                    .isZero();
            assertThat(other.isHeld()).isTrue();
        }
    }
}
