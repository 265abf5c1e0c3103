package org.advisorylock.impl.session.link;

import java.sql.SQLException;
import java.time.Duration;
import org.advisorylock.impl.postgres.Patience;
import org.advisorylock.impl.postgres.SessionConnection;

/** When a session last showed that it lives. Written by its thread; may be read by any, whatever that thread does. */
final class Pulse {

    private final Patience patience;
    private volatile long seen = System.nanoTime();

    Pulse(Patience patience) {
        this.patience = patience;
    }

    /** Its server has answered a message that was sent then. */
    void seen(long nanos) {
        seen = nanos;
    }

    /** Whether it was seen no longer ago than the server waits. */
    boolean isAlive() {
        return System.nanoTime() - seen <= patience.silence().toNanos();
    }

    /** How long the server waits. */
    Duration silence() {
        return patience.silence();
    }

    /** Nanoseconds until a sign of life is due. */
    long untilBeat() {
        return patience.heartbeat().toNanos() - (System.nanoTime() - seen);
    }

    /** Prepares a message; gives when it is sent. */
    long send(SessionConnection connection) throws SQLException {
        connection.answerAfter(Duration.ofNanos(System.nanoTime() - seen));
        return System.nanoTime();
    }
}
