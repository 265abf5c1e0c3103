package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.function.UnaryOperator;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockInfo;
import org.advisorylock.impl.monitor.PostgresLockMonitor;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/** Otherwise the monitor would show a lock without its text if its transaction began while the monitor asked. */
@ExtendWith(NoLockLeft.class)
class TextsAreLookedUpAfterTheLocksIT {

    @Test
    void soEachLockThatIsShownHasItsText() throws SQLException {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(TestDatabase.get().jdbcUrl());
        dataSource.setUser(TestDatabase.get().user());
        dataSource.setPassword(TestDatabase.get().password());
        try (Rival early = Rival.holding(1);
                Rival late = Rival.open()) {
            PostgresLockMonitor monitor = new PostgresLockMonitor(
                    () -> new LockDatabase("orders", dataSource),
                    () -> {
                        lock(late);
                        return UnaryOperator.identity();
                    },
                    request -> Claim.of(request, KeyHash.MD5, 10, 0));
            assertThat(monitor.locks()).extracting(LockInfo::key).containsExactly(AdvisoryLockKey.of(1));
            assertThat(monitor.locks())
                    .extracting(LockInfo::key)
                    .containsExactly(AdvisoryLockKey.of(1), AdvisoryLockKey.of(2));
            early.commit();
        }
    }

    private static void lock(Rival rival) {
        try {
            rival.lock(2);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
