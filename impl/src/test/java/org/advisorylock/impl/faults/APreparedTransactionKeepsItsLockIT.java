package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.advisorylock.LockInfo;
import org.advisorylock.LockTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A JVM dies between the two phases of its commit. Its lock stays, the monitor shows it, it survives a restart, and
 * ends with the branch.
 */
@Timeout(180)
class APreparedTransactionKeepsItsLockIT {

    @Test
    void untilTheBranchIsResolved() throws Exception {
        try (OwnServer server = OwnServer.start(Map.of("max_prepared_transactions", "5"))) {
            server.run("CREATE TABLE faults_account AS SELECT 1 AS id, 0::bigint AS balance");
            try (SecondJvm second = SecondJvm.startAt(server.jdbcUrl(), "prepare", "k")) {
                second.await("PREPARED");
                second.await("END");
            }
            assertIsHeldByNobody(server);
            server.restart();
            assertIsHeldByNobody(server);

            server.run("COMMIT PREPARED '" + branch(server) + "'");
            try (BankApplication application = BankApplication.at(server.jdbcUrl())) {
                LockedBank bank = application.bank();
                assertThat(bank.briefly("k", () -> bank.add(1, 1))).isEqualTo(2);
            }
        }
    }

    private static String branch(OwnServer server) throws Exception {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet branches = statement.executeQuery("SELECT gid FROM pg_prepared_xacts")) {
            assertThat(branches.next()).isTrue();
            return branches.getString(1);
        }
    }

    private static void assertIsHeldByNobody(OwnServer server) throws Exception {
        try (BankApplication application = BankApplication.at(server.jdbcUrl())) {
            Throwable refusal = catchThrowable(() -> application.bank().briefly("k", () -> {
                throw new AssertionError("called without a lock");
            }));
            assertThat(refusal)
                    .isInstanceOf(LockTimeoutException.class)
                    .hasMessageContainingAll("ADVLOCK-0101", "held by prepared transaction '" + branch(server) + "'");
            List<LockInfo> locks = application.monitor().locks();
            assertThat(locks).singleElement().satisfies(lock -> {
                assertThat(lock.pid()).isNull();
                assertThat(lock.granted()).isTrue();
                assertThat(lock.key().number()).isEqualTo(PlainSql.key("k"));
            });
        }
    }
}
