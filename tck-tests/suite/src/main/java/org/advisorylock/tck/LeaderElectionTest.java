package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.advisorylock.LeaderElection;
import org.advisorylock.Leadership;
import org.advisorylock.LeadershipEvent;
import org.advisorylock.LeadershipListener;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** One leader among many. */
@Locking
class LeaderElectionTest extends ContractTest {

    private static final BlockingQueue<LeadershipEvent> EVENTS = new LinkedBlockingQueue<>();

    /** Observes as an application does. */
    @ApplicationScoped
    public static class Observer {

        void changed(@Observes LeadershipEvent event) {
            EVENTS.add(event);
        }
    }

    /** What a candidate was told. The end of a term is its negative. */
    public static final class Diary implements LeadershipListener {

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
            Long entry = entries.poll(60, TimeUnit.SECONDS);
            assertThat(entry).as("told within a minute").isNotNull();
            return entry;
        }

        boolean isEmpty() {
            return entries.isEmpty();
        }
    }

    @Inject
    LeaderElection elections;

    @Deployment
    static WebArchive deployment() {
        // Connections die here, and a pool without validation would hand them to other tests.
        return Deployments.of(
                LeaderElectionTest.class,
                "advisorylock.session.heartbeat=PT1S\nadvisorylock.session.datasource=" + SecondDataSource.NAME);
    }

    @Override
    protected void prepare() {
        EVENTS.clear();
    }

    @Test
    @Assertion("LEAD-01")
    void oneLeadsAndTheNextOneFollowsWithAGreaterTerm() throws Exception {
        Diary one = new Diary();
        Diary two = new Diary();
        Leadership first = elections.stand("sync", one);
        long term = one.next();
        Leadership second = elections.stand("sync", two);
        assertThat(first.isLeader()).isTrue();
        assertThat(first.term()).isEqualTo(term).isPositive();
        assertThat(second.isLeader()).isFalse();
        assertThat(second.term()).isZero();
        assertThat(database.heldKeys()).contains(key("sync"));
        first.close();
        assertThat(one.next()).isEqualTo(-term);
        long next = two.next();
        assertThat(next).isGreaterThan(term);
        assertThat(second.isLeader()).isTrue();
        second.close();
        assertThat(two.next()).isEqualTo(-next);
        first.close();
    }

    @Test
    @Assertion("LEAD-02")
    void whoResignsStandsAgainBehindTheOthers() throws Exception {
        Diary one = new Diary();
        Diary two = new Diary();
        Leadership first = elections.stand("sync", one);
        long term = one.next();
        Leadership second = elections.stand("sync", two);
        BackgroundCall<Boolean> placed = threads.start(() -> {
            while (!database.heldKeys().contains(key("sync@1"))) {
                Thread.onSpinWait();
            }
            return true;
        });
        assertThat(placed.get()).isTrue();
        first.resign();
        assertThat(one.next()).isEqualTo(-term);
        long next = two.next();
        assertThat(next).isGreaterThan(term);
        assertThat(one.isEmpty()).isTrue();
        second.close();
        assertThat(one.next()).isGreaterThan(next);
        first.close();
    }

    @Test
    @Assertion("LEAD-03")
    void aLeaderThatLosesItsLockIsRevokedAndStandsAgain() throws Exception {
        Diary diary = new Diary();
        Leadership leadership = elections.stand("sync", diary);
        long term = diary.next();
        List<LockRow> rows = database.locks();
        assertThat(rows).isNotEmpty();
        database.queryOutside(
                "SELECT pg_catalog.pg_terminate_backend(" + rows.get(0).pid() + ")");
        assertThat(diary.next()).isEqualTo(-term);
        assertThat(diary.next()).isGreaterThan(term);
        leadership.close();
    }

    @Test
    @Assertion("LEAD-04")
    void observersAreToldToo() throws Exception {
        Diary diary = new Diary();
        Leadership leadership = elections.stand("sync", diary);
        long term = diary.next();
        assertThat(EVENTS.poll(60, TimeUnit.SECONDS)).isEqualTo(new LeadershipEvent("sync", term, true));
        leadership.close();
        assertThat(EVENTS.poll(60, TimeUnit.SECONDS)).isEqualTo(new LeadershipEvent("sync", term, false));
    }
}
