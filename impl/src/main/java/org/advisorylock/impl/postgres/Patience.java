package org.advisorylock.impl.postgres;

import java.time.Duration;

/**
 * How long a session that holds locks and its server wait for each other. Who holds a lock is told of its loss when an answer has not come, which must be before
 * the server's patience ends: then others can have the lock.
 *
 * @param heartbeat after so long without a message the server is asked for a sign of life
 * @param answer how late that may be, before all locks of the session count as lost
 * @param silence after so long without a message the server ends the session, where it can
 */
public record Patience(Duration heartbeat, Duration answer, Duration silence) {

    /** Of session locks: who holds them would rather have them late than lose them to a pause. */
    public static Patience ofLocks(Duration heartbeat) {
        return new Patience(heartbeat, heartbeat.dividedBy(2), heartbeat.multipliedBy(3));
    }

    /**
     * Of leaders, the next of whom is to lead soon.
     *
     * @param grace how late a leader's sign of life may be; a fifth of it is for the way of the last answer and for threads that come late
     */
    public static Patience ofLeaders(Duration heartbeat, Duration grace) {
        return new Patience(heartbeat, grace.multipliedBy(4).dividedBy(5), heartbeat.plus(grace));
    }

    /**
     * How long the answer to any message may take: half a heartbeat, but never so long that a loss is told later than where a sign of life had been asked for.
     *
     * @param silent how long ago the last answer came
     */
    Duration answerAfter(Duration silent) {
        Duration half = heartbeat.dividedBy(2);
        Duration left = heartbeat.plus(answer).minus(silent);
        return longer(answer, left.compareTo(half) < 0 ? left : half);
    }

    /** After so long who has lost a lock has been told, whoever it is. */
    public Duration untilTold() {
        return longer(heartbeat.multipliedBy(2), heartbeat.plus(answer.multipliedBy(2)));
    }

    /** So long an answer may take that is under way, to whoever waits for it. */
    public Duration longestAnswer() {
        return longer(heartbeat, Duration.ofSeconds(1));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
