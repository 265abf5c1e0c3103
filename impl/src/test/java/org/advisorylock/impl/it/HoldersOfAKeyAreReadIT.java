package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.IsolationPolicy;
import org.advisorylock.impl.postgres.PostgresLocks;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A refusal names whoever holds exactly this key, and nobody who holds a similar one. */
@ExtendWith(NoLockLeft.class)
class HoldersOfAKeyAreReadIT {

    private final PostgresLocks locks = new PostgresLocks(IsolationPolicy.FAIL);

    static Stream<AdvisoryLockKey> keys() {
        return Stream.concat(
                LongStream.of(0, 1, -1, 1L << 32, 0x8000_0000L, Long.MAX_VALUE, Long.MIN_VALUE)
                        .mapToObj(AdvisoryLockKey::of),
                Stream.of(AdvisoryLockKey.of(0, 1), AdvisoryLockKey.of(-1, Integer.MIN_VALUE)));
    }

    private static void lock(Rival rival, AdvisoryLockKey key) throws Exception {
        if (key.isPair()) {
            rival.lock((int) (key.number() >> 32), (int) key.number());
        } else {
            rival.lock(key.number());
        }
    }

    @ParameterizedTest
    @MethodSource("keys")
    void byOneAndByNobodyElse(AdvisoryLockKey key) throws Exception {
        long number = key.number();
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement();
                Rival holder = Rival.open();
                Rival neighbour = Rival.holding(number ^ 2, number ^ (2L << 32), Long.reverse(~number))) {
            lock(holder, key);
            lock(
                    neighbour,
                    key.isPair() ? AdvisoryLockKey.of(number) : AdvisoryLockKey.of((int) (number >> 32), (int) number));
            connection.setAutoCommit(false);
            Claim claim = Claim.of(List.of(key), LockMode.EXCLUSIVE, 0);
            List<LockInfo> atOnce = locks.readHolders(connection, claim, false);
            statement.execute("SAVEPOINT advisory_lock");
            List<LockInfo> undone = locks.readHolders(connection, claim, true);

            assertThat(undone).isEqualTo(atOnce);
            assertThat(atOnce).singleElement().satisfies(row -> {
                assertThat(row.key()).isEqualTo(key);
                assertThat(row.mode()).isEqualTo(LockMode.EXCLUSIVE);
                assertThat(row.granted()).isTrue();
                assertThat(row.pid()).isEqualTo(holder.pid());
                assertThat(row.clientAddress()).isNotBlank();
                assertThat(row.transactionSince()).isNotNull();
                assertThat(row.waitingSince()).isNull();
                assertThat(row.blockedBy()).isEmpty();
                assertThat(row.preparedTransaction()).isNull();
            });
            connection.rollback();
        }
    }

    @Test
    void bySeveralInSharedModeButNotByTheConnectionItself() throws Exception {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement();
                Rival one = Rival.open();
                Rival other = Rival.open()) {
            one.lockShared(42);
            other.lockShared(42);
            connection.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock_shared(42)");
            Claim claim = Claim.of(List.of(AdvisoryLockKey.of(42)), LockMode.EXCLUSIVE, 0);
            assertThat(locks.readHolders(connection, claim, false))
                    .allSatisfy(row -> assertThat(row.mode()).isEqualTo(LockMode.SHARED))
                    .extracting(LockInfo::pid)
                    .containsExactlyInAnyOrder(one.pid(), other.pid());
            connection.rollback();
        }
    }
}
