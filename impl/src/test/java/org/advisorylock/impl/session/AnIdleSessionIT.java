package org.advisorylock.impl.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockHandle;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMode;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.impl.event.LockEvents;
import org.advisorylock.impl.group.Group;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.JtaStack.Enlistment;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A session stays open for a while after its last lock, but not in the way of somebody else. */
@ExtendWith(NoLockLeft.class)
@Timeout(120)
class AnIdleSessionIT {

    private static final Duration NO_HEARTBEAT = Duration.ofMinutes(1);
    private static final AdvisoryLockKey KEY = AdvisoryLockKey.of("k", KeyHash.MD5);

    private final JtaStack jta = JtaStack.start();
    private final List<SessionLocker> lockers = new ArrayList<>();

    @AfterEach
    void stop() {
        lockers.forEach(SessionLocker::close);
        assertThat(jta.borrowed()).isZero();
        jta.close();
    }

    private LockDatabase database(int connections) {
        return new LockDatabase(
                "test", jta.pool(Enlistment.LOCAL, TestDatabase.get().jdbcUrl(), connections));
    }

    private JdbcSessionLocks locks(LockDatabase database, boolean dedicated, SessionTimeouts timeouts) {
        SessionLocker locker = new SessionLocker(timeouts, (name, request) -> null, Group::new);
        lockers.add(locker);
        Source source = new Source.One(database, dedicated);
        return new JdbcSessionLocks(locker, any -> source, KeyHash.MD5, 1000, LockEvents.UNHEARD, "");
    }

    private static Claim claim(long waitMillis) {
        return Claim.of(List.of(KEY), LockMode.EXCLUSIVE, waitMillis).forSession();
    }

    /** Takes a lock and releases it. Returns the backend that had it. */
    private static long backendOfPair(JdbcSessionLocks locks) throws SQLException {
        try (LockHandle handle = locks.acquire("k")) {
            assertThat(handle.isHeld()).isTrue();
            return number("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted");
        }
    }

    private static long number(String sql) throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }

    private static long advisoryLocks() throws SQLException {
        return number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'");
    }

    @Test
    void holdsNothingAndTakesTheNextLock() throws Exception {
        JdbcSessionLocks locks = locks(database(2), true, SessionTimeouts.forLocks(NO_HEARTBEAT));
        long backend = backendOfPair(locks);
        assertThat(advisoryLocks()).isZero();
        assertThat(jta.borrowed()).isOne();
        assertThat(backendOfPair(locks)).isEqualTo(backend);
    }

    @Test
    void goesAtOnceIfItMayNotBeIdle() throws Exception {
        SessionTimeouts timeouts = SessionTimeouts.forLocks(NO_HEARTBEAT).idleFor(Duration.ZERO);
        backendOfPair(locks(database(2), true, timeouts));
        assertThat(jta.borrowed()).isZero();
    }

    @Test
    void goesAtOnceIfTransactionsHaveNoConnectionToSpare() throws Exception {
        backendOfPair(locks(database(2), false, SessionTimeouts.forLocks(NO_HEARTBEAT)));
        assertThat(jta.borrowed()).isZero();
    }

    @Test
    void leavesThePoolOfTransactionsSoon() throws Exception {
        JdbcSessionLocks locks = locks(database(3), false, SessionTimeouts.forLocks(NO_HEARTBEAT));
        long backend = backendOfPair(locks);
        assertThat(jta.borrowed()).isOne();
        assertThat(backendOfPair(locks)).isEqualTo(backend);
        jta.awaitNoneBorrowed();
    }

    @Test
    void goesWhenSomebodyWaitsForItsConnection() throws Exception {
        LockDatabase database = database(2);
        backendOfPair(locks(database, true, SessionTimeouts.forLocks(NO_HEARTBEAT)));
        Claim claim = claim(60_000);
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        try (Connection first = database.connect(claim, deadline);
                Connection second = database.connect(claim, deadline)) {
            assertThat(first.isValid(1) && second.isValid(1)).isTrue();
        }
    }

    @Test
    void goesIfThereIsNoOtherConnectionToAskWhereTheDataSourceLeads() throws Exception {
        LockDatabase database = database(2);
        JdbcSessionLocks locks = locks(database, true, SessionTimeouts.forLocks(NO_HEARTBEAT));
        backendOfPair(locks);
        try (Connection other = database.connect()) {
            backendOfPair(locks);
            assertThat(other.isValid(1)).isTrue();
        }
    }

    @Test
    void tellsWhoHoldsALockAlsoIfThereIsNoOtherConnection() throws Exception {
        LockDatabase database = database(2);
        JdbcSessionLocks locks = locks(database, true, SessionTimeouts.forLocks(NO_HEARTBEAT));
        backendOfPair(locks);
        try (Connection other = database.connect();
                Rival rival = Rival.holding(KEY.number())) {
            int pid = rival.pid();
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> lockers.get(0).acquire(new Source.One(database, true), claim(0), "test", null))
                    .satisfies(e ->
                            assertThat(e.holders()).extracting(LockInfo::pid).containsExactly(pid));
            assertThat(other.isValid(1)).isTrue();
        }
    }

    @Test
    void goesBeforeTheServerEndsIt() throws Exception {
        long backend = backendOfPair(locks(database(2), true, SessionTimeouts.forLocks(Duration.ofSeconds(1))));
        jta.awaitNoneBorrowed();
        assertThat(number("SELECT count(*) FROM pg_stat_activity WHERE pid = " + backend))
                .isOne();
    }

    @Test
    void failsNobodyIfItsBackendDied() throws Exception {
        JdbcSessionLocks locks = locks(database(2), true, SessionTimeouts.forLocks(NO_HEARTBEAT));
        long backend = backendOfPair(locks);
        number("SELECT pg_terminate_backend(" + backend + ", 10000)::int");
        assertThat(backendOfPair(locks)).isNotEqualTo(backend);
    }
}
