package org.advisorylock.impl.session.link;

import java.sql.SQLException;
import org.advisorylock.impl.postgres.SqlErrors;

/** Nobody can tell any more which locks a session has, so it must end. */
final class UnsoundSession extends SQLException {

    private static final long serialVersionUID = 1;

    UnsoundSession(String reason) {
        super(reason, "08P01");
    }

    /** What ends the session because of an error after which it may have a lock or not. */
    static SQLException because(SQLException e) {
        if (isEnd(e)) {
            return e;
        }
        UnsoundSession unsound = new UnsoundSession(SqlErrors.state(e) + ": " + SqlErrors.firstLine(e));
        unsound.initCause(e);
        return unsound;
    }

    /** Whether an error has ended the session, and not only a statement. */
    static boolean isEnd(SQLException e) {
        return SqlErrors.isConnectionLost(SqlErrors.state(e));
    }
}
