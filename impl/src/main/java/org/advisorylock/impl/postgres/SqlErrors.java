package org.advisorylock.impl.postgres;

import java.sql.SQLException;
import java.time.Duration;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockDeadlockException;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.CallMessage;

/**
 * What PostgreSQL's errors mean for a lock.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL: Error Codes</a>
 */
public final class SqlErrors {

    /** Nobody can tell after it which locks a session has. */
    public static final String PROTOCOL_VIOLATION = "08P01";

    static final String LOCK_NOT_AVAILABLE = "55P03";
    static final String QUERY_CANCELED = "57014";
    static final String ACTIVE_TRANSACTION = "25001";
    static final String NO_ACTIVE_TRANSACTION = "25P01";
    static final String NO_CONNECTION = "08001";

    private static final String TRANSACTION_TIMEOUT = "25P04";
    private static final String NONE = "?";
    private static final String DEADLOCK_DETECTED = "40P01";
    private static final String OUT_OF_MEMORY = "53200";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private SqlErrors() {}

    /** The state of an error. It may be that of a cause, because pools wrap what the driver throws. */
    public static String state(SQLException error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return NONE;
    }

    /** The exception for the caller when a lock statement failed. */
    public static AdvisoryLockException toException(
            SQLException error, Claim request, Duration waited, LockDatabase database) {
        String state = state(error);
        String text = firstLine(error);
        if (state.equals(NO_ACTIVE_TRANSACTION)) {
            return new LockGuardException(
                    CallMessage.OUTSIDE_TRANSACTION.text(request, database), request.keys(), error);
        }
        if (state.equals(DEADLOCK_DETECTED)) {
            return new LockDeadlockException(
                    CallMessage.DEADLOCK.text(request, Wording.describe(waited), text), request.keys(), error);
        }
        String message =
                switch (state) {
                    case QUERY_CANCELED -> CallMessage.CANCELLED.text(request, Wording.describe(waited), state, text);
                    case TRANSACTION_TIMEOUT ->
                        CallMessage.TRANSACTION_TIMEOUT.text(request, Wording.describe(waited), state, text);
                    case OUT_OF_MEMORY -> CallMessage.OUT_OF_LOCK_TABLE.text(request, state, text);
                    case INSUFFICIENT_PRIVILEGE -> CallMessage.NO_PRIVILEGE.text(request, state, text);
                    default ->
                        isConnectionLost(state)
                                ? CallMessage.CONNECTION_LOST.text(request, Wording.describe(waited), state, text)
                                : CallMessage.DATABASE.text(request, state, text);
                };
        return new AdvisoryLockException(message, request.keys(), error);
    }

    /**
     * Whether an error of this state has ended the session. PostgreSQL gives each of its errors a state. One without a
     * state comes from the pool or the driver, and these have no connection any more.
     */
    public static boolean isConnectionLost(String state) {
        return state.startsWith("08")
                || state.startsWith("57P")
                || state.equals("25P03")
                || state.equals(TRANSACTION_TIMEOUT)
                || state.equals(NONE);
    }

    /** Whether PostgreSQL refused the lock function itself, and so took nothing. */
    public static boolean isOfLockItself(String state) {
        return state.equals(OUT_OF_MEMORY) || state.equals(INSUFFICIENT_PRIVILEGE);
    }

    /** The error's first line; PostgreSQL puts details below it. */
    public static String firstLine(SQLException error) {
        String text = String.valueOf(error.getMessage());
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }
}
