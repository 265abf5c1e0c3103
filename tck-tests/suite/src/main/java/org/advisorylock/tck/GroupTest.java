package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LeaderElection;
import org.advisorylock.Leadership;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.advisorylock.LockMode;
import org.advisorylock.LockRequest;
import org.advisorylock.LockScope;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.OnTimeout;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.TransactionLocks;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** One lock over three databases. */
@Locking
class GroupTest extends GroupContract {

    private static final Duration SHORT = Duration.ofMillis(120);

    /** The bean under test. */
    @ApplicationScoped
    public static class MajorityReports {

        /** Round the call. */
        @AdvisoryLock(value = "report:{month}", scope = LockScope.SESSION, dataSource = FLEET)
        public <T> T expensive(int month, Callable<T> work) throws Exception {
            return work.call();
        }

        /** With a transaction. */
        @Transactional(rollbackOn = Exception.class)
        @AdvisoryLock(value = "report:{month}", scope = LockScope.SESSION, dataSource = FLEET)
        public <T> T stored(int month, Callable<T> work) throws Exception {
            return work.call();
        }

        /** Only if nobody else does it. */
        @AdvisoryLock(
                value = "report:{month}",
                scope = LockScope.SESSION,
                dataSource = FLEET,
                accessTimeout = AdvisoryLock.IMMEDIATE,
                onTimeout = OnTimeout.SKIP)
        public boolean once(int month) {
            return true;
        }

        /** Not for long. */
        @AdvisoryLock(
                value = "report:{month}",
                scope = LockScope.SESSION,
                dataSource = FLEET,
                accessTimeout = 100,
                unit = TimeUnit.MILLISECONDS)
        public boolean soon(int month) {
            return true;
        }
    }

    /** The terms that begin, and the negative of those that end. */
    public static final class Terms implements LeadershipListener {

        private final BlockingQueue<Long> told = new LinkedBlockingQueue<>();

        @Override
        public void elected(long term) {
            told.add(term);
        }

        @Override
        public void revoked(long term) {
            told.add(-term);
        }

        long next() throws InterruptedException {
            Long term = told.poll(60, TimeUnit.SECONDS);
            assertThat(term).as("told within a minute").isNotNull();
            return term;
        }
    }

    @Inject
    TransactionLocks transactionLocks;

    @Inject
    LeaderElection elections;

    @Inject
    MajorityReports reports;

    @Deployment
    static WebArchive deployment() {
        return with(GroupTest.class);
    }

    @Test
    @Assertion("GRP-01")
    void isHeldByAMajorityAtOnceByAllSoonAndByNoneAfterwards() {
        LockHandle handle = locks().acquire("text");
        assertThat(handle.isHeld()).isTrue();
        assertHeld(key("text"));
        assertThat(database.locks()).isEmpty();
        for (Database member : members()) {
            try (OtherHolder rival = OtherHolder.open(member)) {
                assertThat(rival.tryLock(key("text"), LockMode.SHARED)).isFalse();
            }
        }
        handle.close();
        assertThat(handle.isHeld()).isFalse();
        for (Database member : members()) {
            assertThat(member.awaitNone()).isEmpty();
        }
        handle.close();
    }

    @Test
    @Assertion("GRP-02")
    void excludesOtherThreads() {
        LockHandle held = locks().tryAcquire("text", LONG).orElseThrow();
        assertThat(threads.run(() -> locks().tryAcquire("text", Duration.ZERO))).isEmpty();
        assertThat(threads.run(() -> locks().tryAcquire(LockRequest.of("text").shared(), SHORT)))
                .isEmpty();
        BackgroundCall<Boolean> waiter = threads.start(() -> {
            Optional<LockHandle> handle = locks().tryAcquire("text", LONG);
            handle.ifPresent(LockHandle::close);
            return handle.isPresent();
        });
        database.awaitBlocked(waiter);
        held.close();
        assertThat(waiter.get()).isTrue();
    }

    @Test
    @Assertion("GRP-03")
    void isReleasedWhenItWasClosedAsOftenAsItWasTaken() {
        LockHandle one = locks().acquire("text");
        LockHandle two = locks().tryAcquire("text", LONG).orElseThrow();
        two.close();
        two.close();
        assertThat(one.isHeld()).isTrue();
        assertThat(threads.run(() -> locks().tryAcquire("text", Duration.ZERO))).isEmpty();
        assertHeld(key("text"));
        one.close();
        threads.run(() -> locks().tryAcquire("text", LONG)).orElseThrow().close();
    }

    @Test
    @Assertion("GRP-04")
    void severalKeysAreTakenAllOrNoneInEitherMode() {
        AdvisoryLockKey one = AdvisoryLockKey.of(1);
        AdvisoryLockKey pair = AdvisoryLockKey.of(-2, 5);
        LockRequest both = LockRequest.of(pair).and(one);
        try (OtherHolder first = OtherHolder.holding(Database.of(a), LockMode.SHARED, one);
                OtherHolder second = OtherHolder.holding(Database.of(b), LockMode.SHARED, one)) {
            assertThat(first.pid()).isNotEqualTo(second.pid());
            assertThat(locks().tryAcquire(both, SHORT)).isEmpty();
            members().forEach(member -> member.awaitHeld(pair, false));
            try (LockHandle handle = locks().acquire(both.shared());
                    LockHandle other = threads.run(() -> locks().acquire(both.shared()))) {
                assertThat(handle.isHeld()).isTrue();
                assertThat(other.isHeld()).isTrue();
                assertHeld(pair);
            }
        }
    }

    @Test
    @Assertion("GRP-05")
    void isGrantedWhileAnotherProgramHoldsAMinorityAndTakenThereAfterwards() {
        for (Database member : members()) {
            try (OtherHolder rival = OtherHolder.holding(member, "text");
                    LockHandle handle = locks().tryAcquire("text", LONG).orElseThrow()) {
                assertThat(handle.isHeld()).isTrue();
                assertThat(holding(key("text"))).isEqualTo(3);
                // The applications of a group also hold locks there by which they see each other and stand in line.
                assertThat(member.locks())
                        .filteredOn(row -> row.key().equals(key("text")))
                        .extracting(LockRow::pid)
                        .containsExactly(rival.pid());
                rival.release();
                assertHeld(key("text"));
            }
            assertThat(member.awaitNone()).isEmpty();
        }
    }

    @Test
    @Assertion("GRP-06")
    void isRefusedWhileAnotherProgramHoldsAMajority() {
        try (OtherHolder first = OtherHolder.holding(Database.of(a), "report:1");
                OtherHolder second = OtherHolder.holding(Database.of(c), "report:1")) {
            assertThat(locks().tryAcquire("report:1", Duration.ZERO)).isEmpty();
            assertThat(locks().tryAcquire("report:1", SHORT)).isEmpty();
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> reports.soon(1))
                    .withMessageStartingWith("ADVLOCK-")
                    .satisfies(e -> assertThat(e.keys()).containsExactly(key("report:1")));
            assertThat(reports.once(1)).isFalse();
            Database.of(b).awaitHeld(key("report:1"), false);
            BackgroundCall<Boolean> waiter = threads.start(() -> reports.expensive(1, () -> true));
            assertThat(waiter.endsWithin(SHORT)).isFalse();
            first.release();
            assertThat(waiter.get()).isTrue();
            assertThat(second.pid()).isPositive();
        }
        assertThat(reports.once(1)).isTrue();
    }

    @Test
    @Assertion("GRP-07")
    void tokensGrowWhateverMajorityMakesThem() {
        long last = 0;
        for (int holder = 0; holder < 6; holder++) {
            try (OtherHolder rival = OtherHolder.holding(members().get(holder % 3), "text")) {
                assertThat(rival.pid()).isPositive();
                long token = threads.run(() -> {
                    try (LockHandle handle = locks().acquire("text")) {
                        assertThat(handle.fencingToken()).isEqualTo(handle.fencingToken());
                        return handle.fencingToken();
                    }
                });
                assertThat(token).isGreaterThan(last);
                last = token;
            }
        }
    }

    @Test
    @Assertion("GRP-08")
    void isHeldWhileTheMethodRuns() throws Exception {
        reports.expensive(11, () -> {
            assertHeld(key("report:11"));
            assertThat(threads.run(() -> reports.once(11))).isFalse();
            assertThat(threads.run(() -> reports.once(12))).isTrue();
            return true;
        });
        members().forEach(member -> member.awaitHeld(key("report:11"), false));
        inTransaction(() -> {
            reports.stored(11, () -> true);
            assertHeld(key("report:11"));
        });
        members().forEach(member -> member.awaitHeld(key("report:11"), false));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> reports.stored(11, () -> {
                    throw new IllegalStateException("on purpose");
                }));
    }

    @Test
    @Assertion("GRP-10")
    void aThreadDoesNotWaitForItsOwnTransactionsNorTheyForIt() throws Exception {
        inTransaction(() -> {
            transactionLocks.on(GroupMember.A).acquire("text");
            try (LockHandle handle = locks().tryAcquire("text", LONG).orElseThrow()) {
                assertThat(handle.isHeld()).isTrue();
                assertThat(holding(key("text"))).isEqualTo(3);
            }
        });
        // In a transaction of its own, because a lock that is closed in a transaction is held until its end.
        inTransaction(() -> {
            transactionLocks.on(GroupMember.A).acquire("text");
            work.inNewTransaction(() -> {
                transactionLocks.on(GroupMember.B).acquire("text");
                assertThatExceptionOfType(SelfDeadlockException.class)
                        .isThrownBy(() -> locks().acquire("text"))
                        .withMessageStartingWith("ADVLOCK-");
                return true;
            });
        });
        try (LockHandle handle = locks().acquire("text")) {
            assertThat(handle.isHeld()).isTrue();
            for (String member : List.of(GroupMember.A, GroupMember.B, GroupMember.C)) {
                inTransaction(() -> assertThatExceptionOfType(SelfDeadlockException.class)
                        .isThrownBy(() -> transactionLocks.on(member).acquire("text")));
            }
        }
    }

    @Test
    @Assertion("GRP-11")
    void oneLeadsAndTheNextOneFollowsWithAGreaterTerm() throws Exception {
        Terms one = new Terms();
        Terms two = new Terms();
        Leadership first = elections.on(FLEET).stand("sync", one);
        long term = one.next();
        assertThat(first.isLeader()).isTrue();
        assertThat(first.term()).isEqualTo(term).isPositive();
        assertHeld(key("sync"));
        Leadership second = elections.on(FLEET).stand("sync", two);
        assertThat(second.isLeader()).isFalse();
        first.close();
        assertThat(one.next()).isEqualTo(-term);
        assertThat(two.next()).isGreaterThan(term);
        assertThat(second.isLeader()).isTrue();
        second.close();
    }

    @Test
    @Assertion("GRP-12")
    void aTransactionPermitsAndANameThatIsNoneAreRefused() throws Exception {
        inTransaction(() -> assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> transactionLocks.on(FLEET).acquire("text"))
                .withMessageStartingWith("ADVLOCK-0318"));
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> locks().tryAcquire(LockRequest.of("text").permits(2), Duration.ZERO))
                .withMessageStartingWith("ADVLOCK-0320");
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> sessionLocks.on("flotilla").acquire("text"))
                .withMessageStartingWith("ADVLOCK-")
                .withMessageContaining("flotilla");
    }
}
