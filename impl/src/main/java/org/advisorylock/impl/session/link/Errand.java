package org.advisorylock.impl.session.link;

import java.sql.SQLException;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.session.hold.Keeper;

/** Something that a session does for somebody, in its thread. Only {@link #run} may block. */
abstract class Errand {

    /** Whether somebody still wants it. Asked once, just before it runs. */
    boolean begin() {
        return true;
    }

    /** Does it. */
    abstract void run(SessionConnection connection, SharedCounts shared) throws SQLException;

    /** How many more locks the session keeps after it, negative for fewer. Also asked if it failed. */
    int more() {
        return 0;
    }

    /** Notes the result, also of a failure, before the session does anything else. */
    void note(Keeper keeper, SharedCounts shared) {}

    /** Answers. */
    abstract void answer();

    /** Answers that it could not be done. */
    abstract void fail(Throwable why);
}
