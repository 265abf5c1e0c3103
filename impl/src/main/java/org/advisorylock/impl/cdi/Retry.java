package org.advisorylock.impl.cdi;

import jakarta.interceptor.InvocationContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.advisorylock.LockDeadlockException;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.impl.event.LockEvents;
import org.advisorylock.impl.event.Subject;
import org.advisorylock.spi.Printable;
import org.jspecify.annotations.Nullable;

/** Runs a whole transaction again after a failure that may not come again. */
final class Retry {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");
    private static final long FIRST_PAUSE = Duration.ofMillis(10).toNanos();
    private static final int DOUBLINGS = 6;

    private final LongSupplier nanoClock;
    private final LockEvents events;

    Retry(LongSupplier nanoClock, LockEvents events) {
        this.nanoClock = nanoClock;
        this.events = events;
    }

    /**
     * Calls, and calls again if that fails, up to this many times.
     *
     * @param subject what listeners hear of it
     * @param once one run of the call
     */
    @Nullable
    Object proceed(int retries, Object place, Subject subject, InvocationContext call, Callable<@Nullable Object> once)
            throws Exception {
        @Nullable Object[] parameters = call.getParameters();
        @Nullable Object[] untouched = parameters == null ? null : parameters.clone();
        for (int failed = 0; ; failed++) {
            try {
                return once.call();
            } catch (Exception e) {
                if (failed == retries || !isPassing(e) || !pause(failed)) {
                    throw e;
                }
                LOGGER.log(Level.DEBUG, () -> Printable.message(place + " is run again after " + e));
            }
            events.retry(subject, failed + 1);
            if (untouched != null) {
                call.setParameters(untouched.clone());
            }
        }
    }

    /**
     * Whether it is a lock timeout, a deadlock or a serialization failure. It may be a cause, because a failed commit
     * wraps it.
     */
    static boolean isPassing(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 20; depth++, cause = cause.getCause()) {
            if (cause instanceof LockTimeoutException
                    || cause instanceof LockDeadlockException
                    || isSerializationFailure(cause)) {
                return true;
            }
            for (Throwable suppressed : cause.getSuppressed()) {
                if (isSerializationFailure(suppressed) || isSerializationFailure(suppressed.getCause())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isSerializationFailure(@Nullable Throwable cause) {
        return cause instanceof SQLException sql
                && ("40001".equals(sql.getSQLState()) || "40P01".equals(sql.getSQLState()));
    }

    /**
     * Pauses for a random time of up to 10 ms, doubled each time up to 640 ms. It is random so that calls that met once
     * do not meet again.
     */
    private boolean pause(int failed) {
        long longest = FIRST_PAUSE << Math.min(failed, DOUBLINGS);
        long end = nanoClock.getAsLong() + ThreadLocalRandom.current().nextLong(longest);
        for (long left = end - nanoClock.getAsLong();
                left > 0 && !Thread.currentThread().isInterrupted();
                left = end - nanoClock.getAsLong()) {
            LockSupport.parkNanos(left);
        }
        return !Thread.currentThread().isInterrupted();
    }
}
