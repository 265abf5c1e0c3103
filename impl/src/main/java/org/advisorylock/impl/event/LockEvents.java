package org.advisorylock.impl.event;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.advisorylock.LockEvent;
import org.advisorylock.LockEvent.Retried;
import org.advisorylock.LockListener;
import org.advisorylock.impl.LogMessage;
import org.advisorylock.impl.event.Recorder.Flight;
import org.jspecify.annotations.Nullable;

/** Tells the listeners of an application what happens to its locks. Safe for use by several threads. */
public final class LockEvents {

    /** Nobody listens. */
    public static final LockEvents UNHEARD = new LockEvents(false, List::of, () -> 0);

    private static final @Nullable Recorder RECORDER = Recorder.find();

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** Set while the thread calls a listener. What a listener does is not told, else it would go on for ever. */
    private static final ThreadLocal<Boolean> TELLING = new ThreadLocal<>();

    private final boolean heard;
    private final Supplier<List<LockListener>> listeners;
    private final LongSupplier nanoClock;
    private volatile @Nullable List<LockListener> found;

    /**
     * Does not look for the listeners yet, because they may need the library themselves.
     *
     * @param heard whether there are any
     */
    public LockEvents(boolean heard, Supplier<List<LockListener>> listeners, LongSupplier nanoClock) {
        this.heard = heard;
        this.listeners = listeners;
        this.nanoClock = nanoClock;
    }

    /** Whether anybody hears what the current thread does. If not, this is all that a call pays. */
    public boolean isHeard() {
        return (heard || isRecording()) && TELLING.get() == null;
    }

    private static boolean isRecording() {
        return RECORDER != null && RECORDER.isRecording();
    }

    /** Begins the story of a request. */
    public Story begin(Subject subject) {
        Flight flight = RECORDER != null && RECORDER.isRecording() ? RECORDER.begin() : null;
        return new Story(subject, this, flight, nanoClock);
    }

    /** Tells that a call is run again, if anybody hears it. */
    public void retry(Subject subject, int retry) {
        if (isHeard()) {
            tell(new Retried(subject.lock(), subject.scope(), subject.mode(), subject.permits(), retry));
        }
    }

    /** Tells all listeners. Call it only where no lock of the library is held: a listener may take its time. */
    public void tell(LockEvent event) {
        tell(event, null);
    }

    /** @param flight what a recording has of the lock; null if none runs */
    void tell(LockEvent event, @Nullable Flight flight) {
        if (TELLING.get() != null) {
            return;
        }
        if (RECORDER != null) {
            record(RECORDER, event, flight);
        }
        if (!heard) {
            return;
        }
        TELLING.set(true);
        try {
            for (LockListener listener : found()) {
                try {
                    listener.on(event);
                } catch (Throwable e) {
                    warn(event, e);
                }
            }
        } catch (Throwable notFound) {
            warn(event, notFound);
        } finally {
            TELLING.remove();
        }
    }

    /** A lock that was granted must reach its caller, whatever happens here. */
    private static void record(Recorder recorder, LockEvent event, @Nullable Flight flight) {
        try {
            if (flight != null) {
                flight.write(event);
            }
            recorder.on(event);
        } catch (Throwable e) {
            warn(event, e);
        }
    }

    private List<LockListener> found() {
        List<LockListener> known = found;
        if (known == null) {
            known = listeners.get();
            found = known;
        }
        return known;
    }

    private static void warn(LockEvent event, Throwable failure) {
        LOGGER.log(Level.WARNING, LogMessage.LOCK_LISTENER_FAILED.text(event, failure), failure);
    }
}
