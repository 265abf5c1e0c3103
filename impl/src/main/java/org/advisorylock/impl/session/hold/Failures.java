package org.advisorylock.impl.session.hold;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.impl.postgres.Wording;
import org.jspecify.annotations.Nullable;

/** The errors that callers of session locks get. */
public final class Failures {

    private Failures() {}

    public static AdvisoryLockException toException(@Nullable Throwable failure, Claim request) {
        if (failure instanceof CompletionException && failure.getCause() != null) {
            return toException(failure.getCause(), request);
        }
        if (failure instanceof AdvisoryLockException told) {
            return told;
        }
        if (failure instanceof SQLException sql) {
            String text = CallMessage.SESSION_DATABASE.text(request, SqlErrors.state(sql), SqlErrors.firstLine(sql));
            return new AdvisoryLockException(text, request.keys(), sql);
        }
        return new AdvisoryLockException(
                CallMessage.SESSION_DATABASE.text(request, "?", String.valueOf(failure)), request.keys(), failure);
    }

    /** The server has not answered in time. */
    public static AdvisoryLockException silent(Claim request, long millis, @Nullable Throwable cause) {
        return new AdvisoryLockException(
                CallMessage.SESSION_DATABASE.text(request, "08006", "no answer within " + millis + " ms"),
                request.keys(),
                cause);
    }

    /** The application has ended, or is ending. */
    public static LockGuardException closed(Claim request) {
        return new LockGuardException(CallMessage.SESSION_CLOSED.text(request), request.keys(), null);
    }

    public static AdvisoryLockException interrupted(Claim request, Duration waited) {
        return new AdvisoryLockException(
                CallMessage.SESSION_INTERRUPTED.text(request, Wording.describe(waited)), request.keys(), null);
    }
}
