package org.advisorylock.impl.postgres;

import java.time.Duration;

/**
 * How long a session that holds locks and its server wait for each other. If an answer is missing, the holder learns of
 * the loss. That must happen before the server stops waiting, because then others can have the lock.
 *
 * @param heartbeat after this time without a message the server is asked for a sign of life
 * @param answer how late that may be, before all locks of the session count as lost
 * @param silence after this time without a message the server ends the session, if it can
 * @param idle how long a session stays open after its last lock; without a message, so the server must wait for longer
 */
public record SessionTimeouts(Duration heartbeat, Duration answer, Duration silence, Duration idle) {

    /** For session locks: their holders prefer a late loss to a loss by a pause. */
    public static SessionTimeouts forLocks(Duration heartbeat) {
        Duration silence = heartbeat.multipliedBy(3);
        return new SessionTimeouts(heartbeat, heartbeat.dividedBy(2), silence, silence.minus(heartbeat));
    }

    /**
     * For leaders: the next one shall lead soon.
     *
     * @param grace how late a leader's sign of life may be; a fifth of it is for the way of the last answer and for
     *     threads that run late
     */
    public static SessionTimeouts forLeaders(Duration heartbeat, Duration grace) {
        return new SessionTimeouts(heartbeat, grace.multipliedBy(4).dividedBy(5), heartbeat.plus(grace), heartbeat);
    }

    /** The same, but idle sessions stay open no longer than this. */
    public SessionTimeouts idleFor(Duration most) {
        return new SessionTimeouts(heartbeat, answer, silence, shorter(idle, most));
    }

    /**
     * How long the answer to any message may take: half a heartbeat, but never so long that a loss would be noticed
     * later than with a sign of life.
     *
     * @param silent how long ago the last answer came
     */
    Duration answerAfter(Duration silent) {
        // Duration.dividedBy would take longer than all the rest, with a BigDecimal.
        long half = heartbeat.toNanos() / 2;
        long left = heartbeat.toNanos() + answer.toNanos() - silent.toNanos();
        return Duration.ofNanos(Math.max(answer.toNanos(), Math.min(left, half)));
    }

    /** After this time every holder that has lost its lock knows of it. */
    public Duration untilTold() {
        return longer(heartbeat.multipliedBy(2), heartbeat.plus(answer.multipliedBy(2)));
    }

    /** The longest time that anybody waits for an answer that is under way. */
    public Duration longestAnswer() {
        return longer(heartbeat, Duration.ofSeconds(1));
    }

    /** The shorter one of two. */
    public static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
