package org.advisorylock.impl.session.link;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.impl.session.hold.Failures;

/** Where the connection of a session comes from. Used in the session's thread. */
final class Opening {

    private static final int MOST_DEAD = 100;

    /** How long an idle session waits for another connection, before it gives back its own. */
    private static final Duration SOON = Duration.ofMillis(100);

    private final LockDatabase database;
    private final Claim claim;
    private final SessionTimeouts timeouts;
    private final BooleanSupplier ending;
    private final LongSupplier nanoClock;

    /**
     * Opens nothing yet.
     *
     * @param claim the first request, for messages
     * @param ending whether the application is ending
     */
    Opening(
            LockDatabase database,
            Claim claim,
            SessionTimeouts timeouts,
            BooleanSupplier ending,
            LongSupplier nanoClock) {
        this.database = database;
        this.claim = claim;
        this.timeouts = timeouts;
        this.ending = ending;
        this.nanoClock = nanoClock;
    }

    /**
     * Opens the connection. After a network failure or a restart of the server a pool hands out dead connections, until
     * it has seen each of them fail.
     */
    SessionConnection open() throws SQLException {
        if (ending.getAsBoolean()) {
            throw Failures.closed(claim);
        }
        long began = nanoClock.getAsLong();
        for (int dead = 0; ; dead++) {
            try {
                return SessionConnection.open(database, claim, timeouts, nanoClock);
            } catch (SQLException e) {
                if (!SqlErrors.isConnectionLost(SqlErrors.state(e))
                        || dead == MOST_DEAD
                        || nanoClock.getAsLong() - began > timeouts.heartbeat().toNanos()) {
                    throw e;
                }
            }
        }
    }

    /** Throws if the next connection would lead to another database, or if there is none soon. */
    void requireSameDatabase() throws SQLException {
        database.requireHere(claim, SOON);
    }
}
