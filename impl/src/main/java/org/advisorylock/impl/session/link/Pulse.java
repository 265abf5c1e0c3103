package org.advisorylock.impl.session.link;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.advisorylock.impl.postgres.Patience;
import org.advisorylock.impl.postgres.SessionConnection;

/** When a session last showed that it lives. The session's thread writes it. Any thread may read it. */
final class Pulse {

    private final Patience patience;
    private final LongSupplier nanoClock;
    private volatile long seen;

    Pulse(Patience patience, LongSupplier nanoClock) {
        this.patience = patience;
        this.nanoClock = nanoClock;
        this.seen = nanoClock.getAsLong();
    }

    /** Notes that the server has answered a message that was sent at that time. */
    void seen(long nanos) {
        seen = nanos;
    }

    /** Notes that the server has answered now. */
    void seenNow() {
        seen = nanoClock.getAsLong();
    }

    /** Whether the session was seen within the server's patience. */
    boolean isAlive() {
        return nanoClock.getAsLong() - seen <= patience.silence().toNanos();
    }

    /** The server's patience. */
    Duration silence() {
        return patience.silence();
    }

    /** Nanoseconds until a sign of life is due. */
    long untilBeat() {
        return patience.heartbeat().toNanos() - (nanoClock.getAsLong() - seen);
    }

    /** Prepares the connection for a message. Returns the time. */
    long send(SessionConnection connection) throws SQLException {
        connection.answerAfter(Duration.ofNanos(nanoClock.getAsLong() - seen));
        return nanoClock.getAsLong();
    }
}
