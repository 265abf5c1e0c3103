package org.advisorylock.impl.leader;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.LogMessage;
import org.jspecify.annotations.Nullable;

/**
 * One leadership. It is told twice, in a task of its own: when it begins and when it is revoked. To notice its end,
 * nobody needs the network.
 */
final class Term {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    private final LockHandle lock;
    private final long number;
    private final Audience audience;
    private final Executor tasks;
    private final Runnable returned;
    private final LongSupplier nanoClock;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private @Nullable Thread electing;
    private boolean told;
    private boolean revoking;
    private volatile boolean over;
    private volatile boolean revoked;
    private volatile long overSince;

    /** @param returned is run when the listener knows that it is over, and has returned */
    Term(LockHandle lock, long number, Audience audience, Executor tasks, Runnable returned, LongSupplier nanoClock) {
        this.lock = lock;
        this.number = number;
        this.audience = audience;
        this.tasks = tasks;
        this.returned = returned;
        this.nanoClock = nanoClock;
    }

    /** Tells the listener, which may do its work in this call. */
    void begin() {
        lock.onLost(this::end);
        tasks.execute(this::tellElected);
    }

    private void tellElected() {
        synchronized (this) {
            if (over) {
                return;
            }
            told = true;
            electing = Thread.currentThread();
        }
        audience.elected(number);
        synchronized (this) {
            electing = null;
        }
    }

    /** Ends the term. If its beginning was not told, its end is not told either. Returns whether this call ended it. */
    boolean end() {
        synchronized (this) {
            if (over) {
                return false;
            }
            overSince = nanoClock.getAsLong();
            over = true;
        }
        tellEnd();
        return true;
    }

    /** Tells the listener that the term is over, unless it is being told. */
    void tellEnd() {
        boolean untold;
        boolean here;
        synchronized (this) {
            if (!over || revoking) {
                return;
            }
            revoking = true;
            untold = !told;
            here = electing == Thread.currentThread();
        }
        if (untold) {
            revoked();
        } else if (here) {
            // The listener's own thread may hold monitors that another thread would wait for. So it tells itself.
            tellRevoked();
        } else {
            try {
                tasks.execute(this::tellRevoked);
            } catch (Throwable noThread) {
                synchronized (this) {
                    revoking = false;
                }
                LOGGER.log(
                        Level.WARNING,
                        LogMessage.LEADERSHIP_LISTENER_FAILED.text(audience.election(), number, noThread));
            }
        }
    }

    private void tellRevoked() {
        try {
            audience.revoked(number);
        } finally {
            revoked();
        }
    }

    private void revoked() {
        revoked = true;
        returned.run();
    }

    boolean isHeld() {
        return !over && lock.isHeld();
    }

    /** Whether the listener is hearing of the end and has not returned. */
    boolean isBeingRevoked() {
        return over && !revoked;
    }

    /** How long it has been over. */
    long overNanos() {
        return nanoClock.getAsLong() - overSince;
    }

    long number() {
        return number;
    }

    /** Completes when the lock is free and the candidate has its next place. */
    CompletableFuture<Void> settled() {
        return settled;
    }

    @Override
    public synchronized String toString() {
        return (told ? "told" : "untold")
                + (over ? ", over" : "")
                + (revoking ? ", revoking" : "")
                + (revoked ? ", revoked" : "");
    }
}
