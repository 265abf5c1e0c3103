package org.advisorylock.impl.session.link;

import java.sql.SQLException;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.session.hold.Keeper;

/** What a session is to do for somebody, in its thread. Nothing but {@link #run} may block. */
abstract class Errand {

    /** Whether somebody still wants it; asked once, just before. */
    boolean begin() {
        return true;
    }

    /** Does it. */
    abstract void run(SessionConnection connection, SharedCounts shared) throws SQLException;

    /** By how many locks the session has more since, or less, whether it failed or not. */
    int more() {
        return 0;
    }

    /** Notes what came of it, whether it failed or not, before anybody else can have the session. */
    void note(Keeper keeper, SharedCounts shared) {}

    /** Answers. */
    abstract void answer();

    /** Answers that it could not be done. */
    abstract void fail(Throwable why);
}
