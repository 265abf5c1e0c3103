package org.advisorylock.impl.session;

import java.sql.SQLException;
import java.time.Duration;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.impl.postgres.Texts;
import org.jspecify.annotations.Nullable;

/** The errors of session locks as the caller is told them. */
final class Failures {

    private Failures() {}

    static AdvisoryLockException told(@Nullable Throwable failure, Claim request) {
        if (failure instanceof AdvisoryLockException told) {
            return told;
        }
        if (failure instanceof SQLException sql) {
            String text = Message.SESSION_DATABASE.text(request, SqlErrors.state(sql), SqlErrors.firstLine(sql));
            return new AdvisoryLockException(text, request.keys(), sql);
        }
        return new AdvisoryLockException(
                Message.SESSION_DATABASE.text(request, "?", String.valueOf(failure)), request.keys(), failure);
    }

    static AdvisoryLockException interrupted(Claim request, Duration waited) {
        return new AdvisoryLockException(
                Message.SESSION_INTERRUPTED.text(request, Texts.of(waited)), request.keys(), null);
    }
}
