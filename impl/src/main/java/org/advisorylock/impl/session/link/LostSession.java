package org.advisorylock.impl.session.link;

import java.sql.SQLException;

/** An open session has ended. Another session can do what it was asked. */
public final class LostSession extends SQLException {

    private static final long serialVersionUID = 1;

    LostSession(String reason, Throwable cause) {
        super(reason, "08003", cause);
    }
}
