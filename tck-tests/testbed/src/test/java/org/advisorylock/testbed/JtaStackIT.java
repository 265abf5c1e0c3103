package org.advisorylock.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import jakarta.transaction.Status;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLockLeft.class)
class JtaStackIT {

    private static final long KEY = 4_001;

    @Test
    void aLocalPoolEnlistsOneConnectionForEachTransaction() throws Exception {
        try (JtaStack stack = JtaStack.start()) {
            assertOneConnectionUntilCommit(stack, stack.dataSource());
        }
    }

    @Test
    void anXaPoolEnlistsOneConnectionForEachTransaction() throws Exception {
        try (JtaStack stack = JtaStack.start()) {
            assertOneConnectionUntilCommit(stack, stack.xaDataSource());
        }
    }

    private static void assertOneConnectionUntilCommit(JtaStack stack, DataSource dataSource) throws Exception {
        try (Rival rival = Rival.open()) {
            stack.inTransaction(() -> {
                int first = lockAndTellPid(dataSource);
                assertThat(lockAndTellPid(dataSource)).isEqualTo(first);
                assertThat(rival.tryLock(KEY)).isFalse();
            });
            assertThat(rival.tryLock(KEY)).isTrue();
        }
    }

    @Test
    void aPoolOutsideTransactionsLosesItsLockAtOnce() throws Exception {
        try (JtaStack stack = JtaStack.start();
                Rival rival = Rival.open()) {
            stack.inTransaction(() -> {
                lockAndTellPid(stack.outsideTransactions());
                assertThat(rival.tryLock(KEY)).isTrue();
            });
        }
    }

    @Test
    void anExceptionRollsBack() {
        try (JtaStack stack = JtaStack.start()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> stack.inTransaction(() -> {
                        lockAndTellPid(stack.dataSource());
                        throw new IllegalArgumentException();
                    }));
            assertThat(stack.synchronizationRegistry().getTransactionStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
        }
    }

    @Test
    void aBorrowedConnectionIsFoundAtTheEnd() throws SQLException {
        JtaStack stack = JtaStack.start();
        try (Connection connection = stack.outsideTransactions().getConnection()) {
            assertThat(connection.isValid(1)).isTrue();
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(stack::close)
                    .withMessageContaining("1 connections");
        }
    }

    private static int lockAndTellPid(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT pg_backend_pid() FROM (SELECT pg_advisory_xact_lock(" + KEY + ")) AS locked")) {
            row.next();
            return row.getInt(1);
        }
    }
}
