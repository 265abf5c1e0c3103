package org.advisorylock;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link LockListener} hears, and CDI observers too. No event has a value of a key, so each may go into metrics
 * and logs.
 *
 * <p>Each {@link Acquired} is followed by exactly one {@link Released} or {@link Lost}. A call that takes what its
 * transaction, or for session locks its thread, has already is no event: only the first one counts, until the last one
 * is over. Several keys of one call are one lock, and so is a lock of a group of databases.
 */
public sealed interface LockEvent {

    /**
     * The name of the lock: the templates of the annotation, as in {@code account:{from}}, separated by a comma and a
     * blank; with a {@link KeyResolver} the class and method that is annotated; the name of an election; for code the
     * class and method that calls the service.
     *
     * @return never a value of a key
     */
    String lock();

    /**
     * What ends the lock.
     *
     * @return {@link LockScope#SESSION} for an election
     */
    LockScope scope();

    /**
     * The mode in which the lock was wanted.
     *
     * @return {@link LockMode#EXCLUSIVE} for a permit and for an election
     */
    LockMode mode();

    /**
     * How many permits the lock has in all. How many this JVM uses is the number of {@link Acquired} without their end.
     *
     * @return 1 for a lock without permits
     */
    int permits();

    /** Where a request waited last. */
    enum WaitPlace {
        /** It did not wait. */
        NONE,
        /** In the queue of this JVM. */
        GATE,
        /**
         * In the server. Also if it did not wait, but was sent as a message that may wait: then the server does not
         * tell. That is so for several keys and for short times.
         */
        SERVER
    }

    /** Why a caller did not get its lock. */
    enum LockOutcome {
        /** Not in time. {@code tryAcquire} returned nothing, or there was a {@link LockTimeoutException}. */
        TIMEOUT,
        /** Not in time, and the call was skipped: {@link OnTimeout#SKIP}. */
        SKIPPED,
        /** PostgreSQL ended the wait to resolve a deadlock: {@link LockDeadlockException}. */
        DEADLOCK,
        /** The waiting thread was interrupted. */
        INTERRUPTED,
        /**
         * The library refused the request: {@link LockGuardException}, {@link LockKeyException},
         * {@link SelfDeadlockException}, or no transaction.
         */
        REFUSED,
        /** Any other error, as of the database or of its connection. */
        ERROR
    }

    /**
     * A caller has its lock. Its method has not run yet.
     *
     * @param waited from the call to the grant
     */
    record Acquired(String lock, LockScope scope, LockMode mode, int permits, Duration waited, WaitPlace where)
            implements LockEvent {}

    /**
     * A caller did not get its lock.
     *
     * @param waited from the call to the refusal
     * @param error the class of the exception that the caller gets; null if it gets none
     */
    record NotAcquired(
            String lock,
            LockScope scope,
            LockMode mode,
            int permits,
            Duration waited,
            LockOutcome outcome,
            @Nullable String error)
            implements LockEvent {}

    /**
     * A call is run again: {@link AdvisoryLock#retries()}.
     *
     * @param retry 1 for the first time that it is run again
     */
    record Retried(String lock, LockScope scope, LockMode mode, int permits, int retry) implements LockEvent {}

    /**
     * A lock has ended as its holder wanted: the transaction is over, or the session lock is released. If the
     * transaction manager does not know the outcome, or an XA branch is prepared and in doubt, the event says that the
     * transaction is over for this JVM. PostgreSQL keeps the lock of a prepared branch until that is resolved;
     * {@link LockInfo#preparedTransaction()} shows it.
     *
     * @param held from the grant to this end, {@link AdvisoryLock#holdAtLeast()} included
     */
    record Released(String lock, LockScope scope, LockMode mode, int permits, Duration held) implements LockEvent {}

    /**
     * A lock has ended before its holder was done, because its connection has ended. A transaction has rolled back
     * then. Of a transaction this is told only if the driver tells it, as pgjdbc does, and the pool keeps connections
     * open between transactions; else the event is {@link Released}.
     *
     * @param held from the grant until the library noticed
     */
    record Lost(String lock, LockScope scope, LockMode mode, int permits, Duration held) implements LockEvent {}

    /**
     * This JVM leads an election.
     *
     * @param term see {@link Leadership#term()}
     */
    record Elected(String lock, long term) implements Election {}

    /**
     * This JVM no longer leads.
     *
     * @param held for how long it led
     */
    record Revoked(String lock, long term, Duration held) implements Election {}

    /** A change of leadership. */
    sealed interface Election extends LockEvent {

        /**
         * The term that begins or has ended.
         *
         * @return see {@link Leadership#term()}
         */
        long term();

        @Override
        default LockScope scope() {
            return LockScope.SESSION;
        }

        @Override
        default LockMode mode() {
            return LockMode.EXCLUSIVE;
        }

        @Override
        default int permits() {
            return 1;
        }
    }
}
