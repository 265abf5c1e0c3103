package org.advisorylock.impl.event;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.advisorylock.LockDeadlockException;
import org.advisorylock.LockEvent;
import org.advisorylock.LockEvent.Acquired;
import org.advisorylock.LockEvent.LockOutcome;
import org.advisorylock.LockEvent.Lost;
import org.advisorylock.LockEvent.NotAcquired;
import org.advisorylock.LockEvent.Released;
import org.advisorylock.LockEvent.WaitPlace;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockKeyException;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.event.Recorder.Flight;
import org.jspecify.annotations.Nullable;

/**
 * What listeners hear of one request, from the call to the end of the lock. There is none if nobody listens. A request
 * that gets nothing new, because its owner has all of it, is never granted here and ends without a word.
 *
 * <p>What the books of a lock note here, they may note under their locks. The three methods that tell do so in the
 * calling thread.
 */
public final class Story {

    /** How far the telling is. In place of a stage there may be the end, which came before the beginning was told. */
    private enum Stage {
        ASKED,
        HELD,
        OVER
    }

    private static final int UNGRANTED = -1;

    private final Subject subject;
    private final LockEvents events;
    private final @Nullable Flight flight;
    private final LongSupplier nanoClock;
    private final long began;
    private final AtomicReference<Object> stage = new AtomicReference<>(Stage.ASKED);
    private volatile WaitPlace waitedAt = WaitPlace.NONE;
    private long since;
    private int parts = UNGRANTED;
    private boolean lost;
    private boolean apart;

    /**
     * The request begins now.
     *
     * @param flight what a recording has of it; null if none runs
     */
    Story(Subject subject, LockEvents events, @Nullable Flight flight, LongSupplier nanoClock) {
        this.flight = flight;
        this.subject = subject;
        this.events = events;
        this.nanoClock = nanoClock;
        this.began = nanoClock.getAsLong();
    }

    /**
     * Takes the lock, and tells how that ended.
     *
     * @param taking gives null if the lock is not granted in time
     * @param late what null means
     */
    public <T> @Nullable T tell(LockOutcome late, Supplier<@Nullable T> taking) {
        T taken;
        try {
            taken = taking.get();
        } catch (Throwable e) {
            tellRefusal(outcomeOf(e), e.getClass().getName());
            throw e;
        }
        if (taken == null) {
            tellRefusal(late, null);
        } else if (isGranted()) {
            tellGrant();
        }
        return taken;
    }

    private static LockOutcome outcomeOf(Throwable e) {
        if (e instanceof LockTimeoutException) {
            return LockOutcome.TIMEOUT;
        } else if (e instanceof LockDeadlockException) {
            return LockOutcome.DEADLOCK;
        } else if (e instanceof LockGuardException
                || e instanceof LockKeyException
                || e instanceof SelfDeadlockException
                || CallMessage.NO_TRANSACTION.isIn(e.getMessage())) {
            return LockOutcome.REFUSED;
        }
        boolean interrupted =
                CallMessage.INTERRUPTED.isIn(e.getMessage()) || CallMessage.SESSION_INTERRUPTED.isIn(e.getMessage());
        return interrupted ? LockOutcome.INTERRUPTED : LockOutcome.ERROR;
    }

    private void tellRefusal(LockOutcome outcome, @Nullable String error) {
        stage.set(Stage.OVER);
        tell(new NotAcquired(
                subject.lock(),
                subject.scope(),
                subject.mode(),
                subject.permits(),
                Duration.ofNanos(nanoClock.getAsLong() - began),
                outcome,
                error));
    }

    private void tellGrant() {
        tell(new Acquired(
                subject.lock(),
                subject.scope(),
                subject.mode(),
                subject.permits(),
                Duration.ofNanos(since - began),
                waitedAt));
        if (!stage.compareAndSet(Stage.ASKED, Stage.HELD) && stage.get() instanceof LockEvent end) {
            tell(end);
        }
    }

    private void tell(LockEvent event) {
        events.tell(event, flight);
    }

    /** Notes where the request waits now. */
    public void waits(WaitPlace where) {
        waitedAt = where;
    }

    /**
     * Notes that the lock is granted.
     *
     * @param many the parts that must all end before it is released
     */
    public synchronized void grant(int many) {
        since = nanoClock.getAsLong();
        parts = many;
        if (flight != null) {
            flight.granted();
        }
    }

    private synchronized boolean isGranted() {
        return parts != UNGRANTED;
    }

    /** Notes that one part has ended. */
    public synchronized void end() {
        parts--;
    }

    /** Notes that the lock was lost before its holder was done. */
    public synchronized void lose() {
        lost = true;
    }

    /** Notes that nobody waits for the release, so that somebody else has to tell it. */
    public synchronized void endsApart() {
        apart = true;
    }

    /** Whether the end is due, and nobody waits for the release. */
    public synchronized boolean isToBeToldApart() {
        return apart && parts == 0;
    }

    /** Tells the end, once, if the lock has ended. */
    public void tellEnd() {
        LockEvent end = toEnd();
        if (end != null && !stage.compareAndSet(Stage.ASKED, end) && stage.compareAndSet(Stage.HELD, Stage.OVER)) {
            tell(end);
        }
    }

    private synchronized @Nullable LockEvent toEnd() {
        if (!lost && parts > 0) {
            return null;
        }
        Duration held = Duration.ofNanos(nanoClock.getAsLong() - since);
        return lost
                ? new Lost(subject.lock(), subject.scope(), subject.mode(), subject.permits(), held)
                : new Released(subject.lock(), subject.scope(), subject.mode(), subject.permits(), held);
    }
}
