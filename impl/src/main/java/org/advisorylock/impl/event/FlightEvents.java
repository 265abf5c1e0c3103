package org.advisorylock.impl.event;

import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;
import org.advisorylock.LockEvent;
import org.advisorylock.LockEvent.Acquired;
import org.advisorylock.LockEvent.Elected;
import org.advisorylock.LockEvent.Lost;
import org.advisorylock.LockEvent.NotAcquired;
import org.advisorylock.LockEvent.Retried;
import org.advisorylock.LockEvent.Revoked;

/** Writes events into the recordings of the JDK Flight Recorder. Loaded only if the runtime has its module. */
final class FlightEvents implements Recorder {

    private static final String CATEGORY = "Advisory Lock";

    /** One of each, to ask whether it is recorded. That makes nothing, and does not start the flight recorder. */
    private static final AcquireFlight ACQUIRE = new AcquireFlight();

    private static final HoldFlight HOLD = new HoldFlight();
    private static final LostFlight LOST = new LostFlight();
    private static final RetryFlight RETRY = new RetryFlight();
    private static final LeadershipFlight LEADERSHIP = new LeadershipFlight();

    /** What the events of a request and of a lock know of it. */
    abstract static class LockFlight extends Event {
        @Label("Lock")
        String lock = "";

        @Label("Scope")
        String scope = "";

        @Label("Mode")
        String mode = "";

        void describe(LockEvent event) {
            lock = event.lock();
            scope = event.scope().name();
            mode = event.mode().name();
        }
    }

    @Name("org.advisorylock.Acquire")
    @Label("Acquire")
    @Description("A request for a lock, from the call to the grant or the refusal")
    @Category(CATEGORY)
    @Threshold("10 ms")
    static final class AcquireFlight extends LockFlight {
        @Label("Permits")
        int permits;

        @Label("Outcome")
        String outcome = "";

        @Label("Where It Waited")
        String where = "";
    }

    @Name("org.advisorylock.Hold")
    @Label("Hold")
    @Description("A lock, from the grant to its end")
    @Category(CATEGORY)
    @StackTrace(false)
    static final class HoldFlight extends LockFlight {
        @Label("Permits")
        int permits;
    }

    @Name("org.advisorylock.Lost")
    @Label("Lost")
    @Description("A lock whose connection ended before its holder was done")
    @Category(CATEGORY)
    @StackTrace(false)
    static final class LostFlight extends LockFlight {
        @Label("Held")
        @Timespan(Timespan.NANOSECONDS)
        long held;
    }

    @Name("org.advisorylock.Retry")
    @Label("Retry")
    @Description("A call that runs again")
    @Category(CATEGORY)
    static final class RetryFlight extends Event {
        @Label("Lock")
        String lock = "";

        @Label("Scope")
        String scope = "";

        @Label("Retry")
        int retry;
    }

    @Name("org.advisorylock.Leadership")
    @Label("Leadership")
    @Description("This JVM leads an election, or leads no longer")
    @Category(CATEGORY)
    @StackTrace(false)
    static final class LeadershipFlight extends Event {
        @Label("Election")
        String election = "";

        @Label("Term")
        long term;

        @Label("Elected")
        boolean elected;

        @Label("Held")
        @Timespan(Timespan.NANOSECONDS)
        long held;
    }

    @Override
    public boolean isRecording() {
        return ACQUIRE.isEnabled()
                || HOLD.isEnabled()
                || LOST.isEnabled()
                || RETRY.isEnabled()
                || LEADERSHIP.isEnabled();
    }

    @Override
    public Flight begin() {
        return new Way();
    }

    /** One lock. The flight recorder measures its times itself. */
    private static final class Way implements Flight {
        private final AcquireFlight acquire = new AcquireFlight();
        private final HoldFlight hold = new HoldFlight();

        private Way() {
            acquire.begin();
        }

        @Override
        public void granted() {
            acquire.end();
            hold.begin();
        }

        @Override
        public void write(LockEvent event) {
            if (event instanceof Acquired got) {
                write(event, "GRANTED", got.where().name());
            } else if (event instanceof NotAcquired not) {
                acquire.end();
                write(event, not.outcome().name(), "");
            } else {
                writeEnd(event);
            }
        }

        private void write(LockEvent event, String outcome, String where) {
            if (acquire.shouldCommit()) {
                acquire.describe(event);
                acquire.permits = event.permits();
                acquire.outcome = outcome;
                acquire.where = where;
                acquire.commit();
            }
        }

        private void writeEnd(LockEvent event) {
            hold.end();
            if (hold.shouldCommit()) {
                hold.describe(event);
                hold.permits = event.permits();
                hold.commit();
            }
        }
    }

    /** Writes what has no duration of its own. */
    @Override
    public void on(LockEvent event) {
        if (event instanceof Lost lost) {
            LostFlight flight = new LostFlight();
            if (flight.shouldCommit()) {
                flight.describe(lost);
                flight.held = lost.held().toNanos();
                flight.commit();
            }
        } else if (event instanceof Retried retried) {
            RetryFlight flight = new RetryFlight();
            if (flight.shouldCommit()) {
                flight.lock = retried.lock();
                flight.scope = retried.scope().name();
                flight.retry = retried.retry();
                flight.commit();
            }
        } else if (event instanceof Elected elected) {
            write(elected, true, Duration.ZERO);
        } else if (event instanceof Revoked revoked) {
            write(revoked, false, revoked.held());
        }
    }

    private static void write(LockEvent.Election event, boolean elected, Duration held) {
        LeadershipFlight flight = new LeadershipFlight();
        if (flight.shouldCommit()) {
            flight.election = event.lock();
            flight.term = event.term();
            flight.elected = elected;
            flight.held = held.toNanos();
            flight.commit();
        }
    }
}
