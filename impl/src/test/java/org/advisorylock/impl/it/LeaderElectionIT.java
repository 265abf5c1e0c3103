package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LeaderElection;
import org.advisorylock.Leadership;
import org.advisorylock.LeadershipEvent;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockInfo;
import org.advisorylock.LockKeyException;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLockLeft.class)
@Timeout(120)
class LeaderElectionIT {

    /** Notes the events that CDI fires. */
    @ApplicationScoped
    static class TermChronicle {

        static final List<LeadershipEvent> EVENTS = new CopyOnWriteArrayList<>();

        void note(@Observes LeadershipEvent event) {
            EVENTS.add(event);
        }
    }

    /** What a listener was told, in order: a term at its beginning, and its negative at its end. */
    private static final class TermDiary implements LeadershipListener {

        private final BlockingQueue<Long> entries = new LinkedBlockingQueue<>();

        @Override
        public void elected(long term) {
            entries.add(term);
        }

        @Override
        public void revoked(long term) {
            entries.add(-term);
        }

        long next() throws InterruptedException {
            Long entry = entries.poll(30, TimeUnit.SECONDS);
            assertThat(entry).as("told of a change within 30 s").isNotNull();
            return entry;
        }
    }

    private Application application;
    private LeaderElection elections;

    @BeforeEach
    void start() {
        System.setProperty("advisorylock.session.heartbeat", "PT5S");
        application = Application.of(Shop.class, TermChronicle.class);
        elections = application.get(LeaderElection.class);
        TermChronicle.EVENTS.clear();
    }

    @AfterEach
    void stop() {
        System.clearProperty("advisorylock.session.heartbeat");
        application.close();
    }

    @Test
    void theFirstToComeLeadsAndTheNextOnesFollowInOrder() throws Exception {
        TermDiary one = new TermDiary();
        TermDiary two = new TermDiary();
        TermDiary three = new TermDiary();
        Leadership first = elections.stand("sync", one);
        long term = one.next();
        assertThat(term).isPositive();
        assertThat(first.isLeader()).isTrue();
        assertThat(first.term()).isEqualTo(term);
        Leadership second = elections.stand("sync", two);
        awaitPlace("sync@1");
        Leadership third = elections.stand("sync", three);
        awaitPlace("sync@2");
        assertThat(second.isLeader()).isFalse();
        assertThat(second.term()).isZero();

        first.close();
        assertThat(one.next()).isEqualTo(-term);
        long next = two.next();
        assertThat(next).isGreaterThan(term);
        assertThat(third.isLeader()).isFalse();

        second.resign();
        assertThat(two.next()).isEqualTo(-next);
        long last = three.next();
        assertThat(last).isGreaterThan(next);
        third.close();
        assertThat(three.next()).isEqualTo(-last);
        assertThat(two.next()).isGreaterThan(last);
        second.close();
        second.close();
        first.resign();
        assertThat(application.monitor().locks()).isEmpty();
        application.jta().awaitNoneBorrowed();
    }

    @Test
    void aLeaderThatLosesItsLockIsToldAndStandsAgain() throws Exception {
        TermDiary diary = new TermDiary();
        try (Leadership leadership = elections.stand("sync", diary)) {
            long term = diary.next();
            int backend = application.monitor().locks().get(0).pid();
            execute("SELECT pg_terminate_backend(" + backend + ")");
            assertThat(diary.next()).isEqualTo(-term);
            assertThat(diary.next()).isGreaterThan(term);
            assertThat(leadership.isLeader()).isTrue();
        }
    }

    @Test
    void aProgramThatHoldsTheKeyKeepsEverybodyFromLeading() throws Exception {
        TermDiary diary = new TermDiary();
        Leadership leadership;
        try (Rival rival = Rival.holding(AdvisoryLockKey.of("sync", KeyHash.MD5).number())) {
            assertThat(rival.pid()).isPositive();
            leadership = elections.stand("sync", diary);
            awaitPlace("sync@1");
            assertThat(leadership.isLeader()).isFalse();
        }
        assertThat(diary.next()).isPositive();
        leadership.close();
    }

    @Test
    void tellsObserversToo() throws Exception {
        TermDiary diary = new TermDiary();
        Leadership leadership = elections.stand("sync", diary);
        long term = diary.next();
        leadership.close();
        assertThat(diary.next()).isEqualTo(-term);
        assertThat(TermChronicle.EVENTS)
                .contains(new LeadershipEvent("sync", term, true), new LeadershipEvent("sync", term, false));
    }

    @Test
    void revokedComesWhileTheWorkOfElectedIsRunning() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch revoked = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Leadership leadership = elections.stand("sync", new LeadershipListener() {
            @Override
            public void elected(long term) {
                working.countDown();
                Application.await(revoked);
                ended.countDown();
            }

            @Override
            public void revoked(long term) {
                revoked.countDown();
            }
        });
        Application.await(working);
        long term = leadership.term();
        assertThat(TermChronicle.EVENTS).containsExactly(new LeadershipEvent("sync", term, true));
        leadership.close();
        Application.await(ended);
        assertThat(TermChronicle.EVENTS)
                .containsExactly(new LeadershipEvent("sync", term, true), new LeadershipEvent("sync", term, false));
    }

    @Test
    void nobodyElseLeadsBeforeRevokedHasReturned() throws Exception {
        List<Consumer<Leadership>> ways = List.of(Leadership::resign, Leadership::close);
        for (Consumer<Leadership> way : ways) {
            CountDownLatch elected = new CountDownLatch(1);
            CountDownLatch revoking = new CountDownLatch(1);
            CountDownLatch drained = new CountDownLatch(1);
            Leadership first = elections.stand("sync", new LeadershipListener() {
                @Override
                public void elected(long term) {
                    elected.countDown();
                }

                @Override
                public void revoked(long term) {
                    revoking.countDown();
                    Application.await(drained);
                }
            });
            Application.await(elected);
            TermDiary diary = new TermDiary();
            Leadership second = elections.stand("sync", diary);
            awaitPlace("sync@1");
            CompletableFuture<Boolean> ending = Application.async(() -> {
                way.accept(first);
                return true;
            });
            Application.await(revoking);
            // Four times as long as the second one needs to find the lock free.
            assertThat(diary.entries.poll(2, TimeUnit.SECONDS)).isNull();
            assertThat(first.isLeader()).isFalse();
            drained.countDown();
            assertThat(ending.get(30, TimeUnit.SECONDS)).isTrue();
            assertThat(diary.next()).isPositive();
            first.close();
            second.close();
        }
    }

    @Test
    void closeReturnsWhenRevokedHas() throws Exception {
        for (int i = 0; i < 20; i++) {
            CountDownLatch elected = new CountDownLatch(1);
            CountDownLatch revoked = new CountDownLatch(1);
            Leadership leadership = elections.stand("sync", new LeadershipListener() {
                @Override
                public void elected(long term) {
                    elected.countDown();
                }

                @Override
                public void revoked(long term) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                    revoked.countDown();
                }
            });
            Application.await(elected);
            leadership.close();
            assertThat(revoked.getCount())
                    .as("calls of revoked that have not returned")
                    .isZero();
            assertThat(application.monitor().locks()).isEmpty();
        }
    }

    @Test
    void revokedMayCloseTheLeadershipItself() throws Exception {
        BlockingQueue<Leadership> stands = new LinkedBlockingQueue<>();
        List<Consumer<Leadership>> ways = List.of(Leadership::resign, Leadership::close);
        for (Consumer<Leadership> way : ways) {
            CountDownLatch elected = new CountDownLatch(1);
            Leadership leadership = elections.stand("sync", new LeadershipListener() {
                @Override
                public void elected(long term) {
                    elected.countDown();
                }

                @Override
                public void revoked(long term) {
                    stands.remove().close();
                }
            });
            stands.add(leadership);
            Application.await(elected);
            assertThat(Application.async(() -> {
                                way.accept(leadership);
                                return stands.isEmpty();
                            })
                            .get(30, TimeUnit.SECONDS))
                    .isTrue();
            awaitNoLock();
        }
    }

    @Test
    void aListenerThatThrowsChangesNothing() throws Exception {
        CountDownLatch elected = new CountDownLatch(1);
        Leadership leadership = elections.stand("sync", new LeadershipListener() {
            @Override
            public void elected(long term) {
                elected.countDown();
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void revoked(long term) {
                throw new IllegalStateException("on purpose");
            }
        });
        Application.await(elected);
        assertThat(leadership.isLeader()).isTrue();
        long term = leadership.term();
        leadership.close();
        assertThat(leadership.isLeader()).isFalse();
        assertThat(TermChronicle.EVENTS)
                .containsExactly(new LeadershipEvent("sync", term, true), new LeadershipEvent("sync", term, false));
        assertThatExceptionOfType(LockKeyException.class)
                .isThrownBy(() -> elections.stand("", new TermDiary()))
                .withMessageContaining("ADVLOCK-0130");
    }

    @Test
    void anIdleLeaderHasNoTransactionOpen() throws Exception {
        TermDiary diary = new TermDiary();
        try (Leadership leadership = elections.stand("sync", diary);
                Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement()) {
            assertThat(diary.next()).isEqualTo(leadership.term());
            int backend = application.monitor().locks().get(0).pid();
            try (var rows = statement.executeQuery(
                    "SELECT state, xact_start IS NULL, backend_xmin IS NULL FROM pg_stat_activity WHERE pid = "
                            + backend)) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("idle");
                assertThat(rows.getBoolean(2)).isTrue();
                assertThat(rows.getBoolean(3)).isTrue();
            }
        }
    }

    private void awaitPlace(String place) {
        AdvisoryLockKey key = AdvisoryLockKey.of(place, KeyHash.MD5);
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (application.monitor().locks().stream().filter(LockInfo::granted).noneMatch(row -> row.key()
                .equals(key))) {
            assertThat(System.nanoTime())
                    .as("somebody has " + place + " within 30 s")
                    .isLessThan(end);
        }
    }

    private void awaitNoLock() {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!application.monitor().locks().isEmpty()) {
            assertThat(System.nanoTime()).as("no lock is left after 30 s").isLessThan(end);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
