package org.advisorylock.impl.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockHandle;
import org.advisorylock.LockRequest;
import org.advisorylock.impl.event.LockEvents;
import org.advisorylock.impl.group.Group;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.JtaStack.Enlistment;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** PostgreSQL goes through all locks of a session after each of its statements. So a crowded one is left alone. */
@ExtendWith(NoLockLeft.class)
@Timeout(120)
class ACrowdedSessionIT {

    private static final int CROWD = 1000;

    private final JtaStack jta = JtaStack.start();
    private final SessionLocker locker =
            new SessionLocker(SessionTimeouts.forLocks(Duration.ofMinutes(1)), (name, request) -> null, Group::new);

    @AfterEach
    void stop() {
        locker.close();
        assertThat(jta.borrowed()).isZero();
        jta.close();
    }

    private JdbcSessionLocks locks(int connections) {
        LockDatabase database = new LockDatabase(
                "test", jta.pool(Enlistment.NONE, TestDatabase.get().jdbcUrl(), connections));
        Source source = new Source.One(database, true);
        return new JdbcSessionLocks(locker, any -> source, KeyHash.MD5, CROWD, LockEvents.UNHEARD, "");
    }

    private static LockHandle crowd(JdbcSessionLocks locks) {
        List<AdvisoryLockKey> keys =
                LongStream.range(0, CROWD).mapToObj(AdvisoryLockKey::of).toList();
        LockRequest request = LockRequest.of(keys.get(0));
        for (AdvisoryLockKey key : keys.subList(1, CROWD)) {
            request = request.and(key);
        }
        return locks.acquire(request);
    }

    /** How many locks each session has. */
    private static List<Long> locksOfSessions() throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT array_agg(many ORDER BY many) FROM (SELECT count(*) AS many"
                                + " FROM pg_locks WHERE locktype = 'advisory' GROUP BY pid) sessions")) {
            rows.next();
            return List.of((Long[]) rows.getArray(1).getArray());
        }
    }

    @Test
    void hasAnotherOneBesideIt() throws Exception {
        JdbcSessionLocks locks = locks(4);
        try (LockHandle crowd = crowd(locks)) {
            try (LockHandle one = locks.acquire("one");
                    LockHandle other = locks.acquire("other")) {
                assertThat(locksOfSessions()).containsExactly(2L, (long) CROWD);
                assertThat(one.isHeld() && other.isHeld()).isTrue();
            }
            assertThat(locksOfSessions()).containsExactly((long) CROWD);
            assertThat(crowd.isHeld()).isTrue();
        }
        try (LockHandle one = locks.acquire("one");
                LockHandle other = locks.acquire("other")) {
            assertThat(locksOfSessions()).as("nobody is crowded now").containsExactly(2L);
            assertThat(one.isHeld() && other.isHeld()).isTrue();
        }
    }

    @Test
    void staysAloneIfThePoolHasNoConnectionToSpare() throws Exception {
        JdbcSessionLocks locks = locks(2);
        try (LockHandle crowd = crowd(locks);
                LockHandle one = locks.acquire("one")) {
            assertThat(locksOfSessions()).containsExactly((long) CROWD + 1);
            assertThat(crowd.isHeld() && one.isHeld()).isTrue();
        }
    }
}
