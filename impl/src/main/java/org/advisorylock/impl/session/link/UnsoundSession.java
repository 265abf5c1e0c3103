package org.advisorylock.impl.session.link;

import java.sql.SQLException;
import org.advisorylock.impl.postgres.SqlErrors;

/** Nobody can tell any more which locks a session has. So it must end. */
final class UnsoundSession extends SQLException {

    private static final long serialVersionUID = 1;

    UnsoundSession(String reason) {
        super(reason, SqlErrors.PROTOCOL_VIOLATION);
    }

    /** The error that ends the session, after an error that leaves open whether it has a lock. */
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
