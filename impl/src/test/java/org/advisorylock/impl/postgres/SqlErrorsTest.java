package org.advisorylock.impl.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockDeadlockException;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockMode;
import org.advisorylock.impl.CallMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Each error of PostgreSQL has one message, and tells whether the session has ended. */
class SqlErrorsTest {

    private static final Claim REQUEST =
            Claim.of(List.of(AdvisoryLockKey.of("account:42", KeyHash.MD5)), LockMode.EXCLUSIVE, 5000);
    private static final LockDatabase DATABASE = new LockDatabase("orders", new PGSimpleDataSource());

    private static AdvisoryLockException toException(SQLException error) {
        return SqlErrors.toException(error, REQUEST, Duration.ofSeconds(3), DATABASE);
    }

    @ParameterizedTest
    @CsvSource({
        "25P01, OUTSIDE_TRANSACTION",
        "40P01, DEADLOCK",
        "57014, CANCELLED",
        "25P04, TRANSACTION_TIMEOUT",
        "53200, OUT_OF_LOCK_TABLE",
        "42501, NO_PRIVILEGE",
        "57P01, CONNECTION_LOST",
        "08006, CONNECTION_LOST",
        "25P03, CONNECTION_LOST",
        "25P02, DATABASE",
        "XX000, DATABASE",
        "40001, DATABASE"
    })
    void tellAMessageForEachState(String state, CallMessage message) {
        AdvisoryLockException told = toException(new SQLException("what PostgreSQL says", state));
        assertThat(message.isIn(told.getMessage())).as(told.getMessage()).isTrue();
        assertThat(told.getMessage()).contains("lock 'account:42'");
        assertThat(told.keys()).isEqualTo(REQUEST.keys());
        assertThat(told.getCause()).isInstanceOf(SQLException.class);
    }

    @Test
    void throwWhatCallersCatchForADeadlockAndForAVoidGuard() {
        assertThat(toException(new SQLException("deadlock detected", "40P01")))
                .isInstanceOf(LockDeadlockException.class);
        assertThat(toException(new SQLException("no transaction", "25P01"))).isInstanceOf(LockGuardException.class);
        assertThat(toException(new SQLException("other", "XX000"))).isExactlyInstanceOf(AdvisoryLockException.class);
    }

    @Test
    void tellALossIfThereIsNoState() {
        assertThat(CallMessage.CONNECTION_LOST.isIn(
                        toException(new SQLException("pool closed")).getMessage()))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"08000", "08001", "08006", "08P01", "57P01", "57P02", "57P03", "57P05", "25P03", "25P04", "?"})
    void endTheSession(String state) {
        assertThat(SqlErrors.isConnectionLost(state)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"57014", "55P03", "40P01", "25P01", "25P02", "53200", "42501", "XX000", "00000"})
    void leaveTheSession(String state) {
        assertThat(SqlErrors.isConnectionLost(state)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"53200, true", "42501, true", "57014, false", "55P03, false", "25P02, false"})
    void areOfTheLockItselfIfItsFunctionWasRefused(String state, boolean ofLock) {
        assertThat(SqlErrors.isOfLockItself(state)).isEqualTo(ofLock);
    }

    @Test
    void haveTheStateOfTheInnermostErrorThatAPoolWrapped() {
        SQLException wrapped = new SQLException("pool", null, new IllegalStateException(new SQLException("", "57P01")));
        assertThat(SqlErrors.state(wrapped)).isEqualTo("57P01");
        assertThat(SqlErrors.state(new SQLException("pool", "08001", new SQLException("", "57P01"))))
                .isEqualTo("08001");
        assertThat(SqlErrors.state(new SQLException("pool"))).isEqualTo("?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {"one|one", "'one\ntwo'|one", "'\ntwo'|''", "null|null"})
    void showTheirFirstLine(String message, String line) {
        assertThat(SqlErrors.firstLine(new SQLException(message))).isEqualTo(String.valueOf(line));
    }
}
