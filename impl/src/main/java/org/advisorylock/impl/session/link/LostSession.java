package org.advisorylock.impl.session.link;

import java.sql.SQLException;

/** A session ended that had been open: what was asked of it may be asked of another one. */
public final class LostSession extends SQLException {

    private static final long serialVersionUID = 1;

    LostSession(String reason, Throwable cause) {
        super(reason, "08003", cause);
    }
}
