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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A proxy between the pool and PostgreSQL counts the round trips. */
@ExtendWith(NoLockLeft.class)
class SessionRoundTripsIT {

    private static TcpProxy proxy;
    private static Application application;
    private static SessionLocks locks;

    @BeforeAll
    static void start() throws Exception {
        // The long heartbeat keeps signs of life out of the count.
        System.setProperty("advisorylock.session.heartbeat", "PT1M");
        JtaStack jta = JtaStack.start();
        proxy = TcpProxy.toDatabase();
        TestDataSources.local = jta.pool(JtaStack.Enlistment.LOCAL, proxy.jdbcUrl(), 5);
        application = Application.start(jta, Shop.class, Night.class);
        locks = application.get(SessionLocks.class);
    }

    @AfterAll
    static void stop() throws Exception {
        application.close();
        proxy.close();
        System.clearProperty("advisorylock.session.heartbeat");
    }

    private static double roundTrips(Callable<?> call) throws Exception {
        return OneRoundTripIT.roundTrips(proxy, call);
    }

    private static Callable<Integer> pair(Supplier<LockHandle> acquire) {
        return () -> {
            acquire.get().close();
            return 1;
        };
    }

    @Test
    void areFourForALockThatNeedsASession() throws Exception {
        assertThat(roundTrips(pair(() -> locks.acquire("k")))).isEqualTo(4);
    }

    @Test
    void isOneForACallThatIsSkipped() throws Exception {
        try (LockHandle other = locks.acquire("other");
                Rival rival = Rival.holding(AdvisoryLockKey.of("k", KeyHash.MD5).number())) {
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
            assertThat(other.isHeld() && rival.pid() > 0).isTrue();
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
