package org.advisorylock.impl.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.event.LockEvents;
import org.advisorylock.impl.group.Group;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.JtaStack.Enlistment;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Connections come back from session locks with the {@code socketTimeout} of their URL. Agroal sets a network timeout
 * that was changed through it to its own setting when the connection comes back, and that is none by default.
 */
@ExtendWith(NoLockLeft.class)
@Timeout(120)
class APoolKeepsItsTimeoutsIT {

    private static final int SIZE = 4;

    @ParameterizedTest
    @EnumSource
    void afterSessionLocks(Enlistment enlistment) throws Exception {
        String url = TestDatabase.get().jdbcUrl();
        String limited = url + (url.contains("?") ? "&" : "?") + "socketTimeout=77";
        try (JtaStack stack = JtaStack.start();
                SessionLocker locker = new SessionLocker(
                        SessionTimeouts.forLocks(Duration.ofSeconds(1)), (name, request) -> null, Group::new)) {
            DataSource pool = stack.pool(enlistment, limited, SIZE);
            Source source = new Source.One(new LockDatabase("limited", pool), false);
            JdbcSessionLocks locks =
                    new JdbcSessionLocks(locker, any -> source, KeyHash.MD5, 1000, LockEvents.UNHEARD, "");

            locks.acquire("free").close();
            try (Rival rival =
                    Rival.holding(AdvisoryLockKey.of("taken", KeyHash.MD5).number())) {
                Optional<LockHandle> refused = locks.tryAcquire("taken", Duration.ofMillis(300));
                assertThat(refused).isEmpty();
            }
            locker.close();

            assertThat(timeouts(pool)).hasSize(SIZE).containsOnly(77_000);
        }
    }

    private static List<Integer> timeouts(DataSource pool) throws SQLException {
        List<Connection> all = new ArrayList<>();
        List<Integer> timeouts = new ArrayList<>();
        try {
            for (int i = 0; i < SIZE; i++) {
                Connection connection = pool.getConnection();
                all.add(connection);
                timeouts.add(connection.getNetworkTimeout());
            }
            return timeouts;
        } finally {
            for (Connection connection : all) {
                connection.close();
            }
        }
    }
}
