package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.Leadership;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockGuardException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two applications stand in elections; the listeners of the first one do not return, or throw. */
@Timeout(120)
class AListenerThatHangsIT {

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /** Well below a minute, the wait without this, and well above the time that the close needs. */
    private static final Duration SOON = Duration.ofSeconds(10);

    /** Does not return from {@code revoked} before the test lets it. */
    private final class HangingListener implements LeadershipListener {
        private final CountDownLatch revoking = new CountDownLatch(1);

        @Override
        public void elected(long term) {}

        @Override
        public void revoked(long term) {
            revoking.countDown();
            Await.latch(over);
        }
    }

    private final CountDownLatch over = new CountDownLatch(1);
    private OwnServer server;
    private Electorate one;
    private Electorate two;

    @BeforeEach
    void start() throws Exception {
        server = OwnServer.start(Map.of());
        one = new Electorate("one", server, HEARTBEAT);
        two = new Electorate("two", server, HEARTBEAT);
    }

    @AfterEach
    void stop() throws Exception {
        over.countDown();
        one.close();
        two.close();
        server.close();
    }

    private long locks(String name) throws Exception {
        return server.number(
                "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory'"
                        + " AND application_name = '" + name + "'");
    }

    private void endSessions(String name) throws Exception {
        server.number("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '" + name
                + "'");
    }

    private static void awaitLeader(Leadership leadership) {
        Await.until("it does not lead", SOON, leadership::isLeader);
    }

    @Test
    void keepsNeitherItsPlaceNorTheLineAfterALoss() throws Exception {
        HangingListener listener = new HangingListener();
        Leadership first = one.stand("sync", listener);
        awaitLeader(first);
        Leadership second = two.stand("sync", new SilentLeader());
        Await.until("nobody is next", () -> locks("two") == 1);
        for (int round = 0; round < 2; round++) {
            endSessions("one");
            Await.latch(listener.revoking);
            awaitLeader(second);
            assertThat(first.isLeader()).isFalse();
            first.resign();
            assertThat(locks("one")).as("locks of who has not returned").isZero();
            // The leader loses its lock too, and leads again, because nobody else stands.
            endSessions("two");
            Await.until("it leads on", SOON, () -> !second.isLeader());
            awaitLeader(second);
        }
        over.countDown();
        Await.until("it does not stand again", SOON, () -> locks("one") == 1);
        second.close();
        awaitLeader(first);
    }

    @Test
    void isClosedWithoutWaitingForIt() throws Exception {
        HangingListener listener = new HangingListener();
        Leadership first = one.stand("sync", listener);
        awaitLeader(first);
        endSessions("one");
        Await.latch(listener.revoking);
        first.close();
        Leadership again = one.stand("sync", new SilentLeader());
        awaitLeader(again);
        over.countDown();
        again.close();
        Await.until("locks are left", SOON, () -> locks("one") == 0);
    }

    @Test
    void holdsUpNoOther() throws Exception {
        List<HangingListener> listeners = new ArrayList<>();
        for (int election = 0; election < 10; election++) {
            HangingListener listener = new HangingListener();
            listeners.add(listener);
            awaitLeader(one.stand("sync" + election, listener));
        }
        one.proxy().cut();
        for (HangingListener listener : listeners) {
            Await.latch(listener.revoking);
        }
        assertThat(over.getCount()).as("nobody has returned").isOne();
        awaitLeader(one.stand("another", new SilentLeader()));
    }

    @Test
    void orThrowsAnErrorIsRevokedAsWell() throws Exception {
        AtomicInteger revoked = new AtomicInteger();
        List<Leadership> all = new ArrayList<>();
        for (int election = 0; election < 3; election++) {
            Leadership leadership = one.stand("sync" + election, new LeadershipListener() {
                @Override
                public void elected(long term) {
                    throw new AssertionError("on purpose");
                }

                @Override
                public void revoked(long term) {
                    revoked.incrementAndGet();
                    throw new AssertionError("on purpose");
                }
            });
            awaitLeader(leadership);
            all.add(leadership);
        }
        all.get(0).close();
        assertThat(locks("one")).as("locks of those who lead still").isEqualTo(2);
        one.end();
        assertThat(revoked).hasValue(3);
        assertThat(all).noneMatch(Leadership::isLeader);
        Await.until("locks are left", SOON, () -> locks("one") == 0);
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> one.stand("sync", new SilentLeader()))
                .withMessageContaining("ADVLOCK-0340");
    }

    @Test
    void mayResignUnderItsOwnMonitor() {
        Object monitor = new Object();
        AtomicInteger revoked = new AtomicInteger();
        CountDownLatch resigned = new CountDownLatch(1);
        List<Leadership> own = new ArrayList<>();
        synchronized (monitor) {
            own.add(one.stand("sync", new LeadershipListener() {
                @Override
                public void elected(long term) {
                    synchronized (monitor) {
                        if (revoked.get() == 0) {
                            own.get(0).resign();
                            assertThat(revoked).hasValue(1);
                            resigned.countDown();
                        }
                    }
                }

                @Override
                public void revoked(long term) {
                    synchronized (monitor) {
                        revoked.incrementAndGet();
                    }
                }
            }));
        }
        Await.until("it has not resigned", SOON, () -> resigned.getCount() == 0);
        awaitLeader(own.get(0));
    }
}
