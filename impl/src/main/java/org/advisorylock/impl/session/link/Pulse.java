package org.advisorylock.impl.session.link;

import java.sql.SQLException;
import java.time.Duration;
import org.advisorylock.impl.postgres.Patience;
import org.advisorylock.impl.postgres.SessionConnection;

/** When a session last showed that it lives. The session's thread writes it. Any thread may read it. */
final class Pulse {

    private final Patience patience;
    private volatile long seen = System.nanoTime();

    Pulse(Patience patience) {
        this.patience = patience;
    }

    /** Notes that the server has answered a message that was sent at that time. */
    void seen(long nanos) {
        seen = nanos;
    }

    /** Whether the session was seen within the server's patience. */
    boolean isAlive() {
        return System.nanoTime() - seen <= patience.silence().toNanos();
    }

    /** The server's patience. */
    Duration silence() {
        return patience.silence();
    }

    /** Nanoseconds until a sign of life is due. */
    long untilBeat() {
        return patience.heartbeat().toNanos() - (System.nanoTime() - seen);
    }

    /** Prepares the connection for a message. Returns the time. */
    long send(SessionConnection connection) throws SQLException {
        connection.answerAfter(Duration.ofNanos(System.nanoTime() - seen));
        return System.nanoTime();
    }
}
