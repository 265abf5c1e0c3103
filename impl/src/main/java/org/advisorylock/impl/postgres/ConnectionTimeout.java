package org.advisorylock.impl.postgres;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The pool gave no connection before the caller's deadline. */
public final class ConnectionTimeout extends SQLException {

    private static final long serialVersionUID = 1;

    ConnectionTimeout(@Nullable Throwable cause) {
        super("no connection until the deadline", SqlErrors.NO_CONNECTION, cause);
    }
}
