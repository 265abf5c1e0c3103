package org.advisorylock.impl.session.link;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.postgres.SessionTimeouts;

/** When a session last showed that it lives. The session's thread writes it. Any thread may read it. */
final class Pulse {

    private final SessionTimeouts timeouts;
    private final LongSupplier nanoClock;
    private volatile long seen;

    Pulse(SessionTimeouts timeouts, LongSupplier nanoClock) {
        this.timeouts = timeouts;
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

    /** Whether the server has answered within the time that it waits for a silent client. */
    boolean isAlive() {
        return nanoClock.getAsLong() - seen <= timeouts.silence().toNanos();
    }

    /** How long the server waits for a silent client. */
    Duration silence() {
        return timeouts.silence();
    }

    /** Nanoseconds until a sign of life is due. */
    long untilBeat() {
        return timeouts.heartbeat().toNanos() - (nanoClock.getAsLong() - seen);
    }

    /** Prepares the connection for a message. Returns the time. */
    long send(SessionConnection connection) throws SQLException {
        connection.answerAfter(Duration.ofNanos(nanoClock.getAsLong() - seen));
        return nanoClock.getAsLong();
    }
}
