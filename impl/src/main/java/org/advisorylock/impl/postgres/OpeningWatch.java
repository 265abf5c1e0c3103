package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.advisorylock.impl.Daemons;
import org.jspecify.annotations.Nullable;

/**
 * Ends a thread's wait for a connection at its deadline. Pools wait for as long as they are configured to, but they
 * stop when the thread is interrupted. A connection that comes at once costs no allocation. A daemon thread looks at
 * the waits while there are any, and ends when there were none for a while. Safe for use by several threads.
 */
final class OpeningWatch {

    /** How many threads can be watched. Others wait for as long as the pool makes them wait. */
    private static final int PLACES = 1024;

    private static final int NONE = -1;
    private static final long TICK = Duration.ofMillis(25).toNanos();
    private static final int IDLE_TICKS = 80;

    /** Hears that a thread waits for a connection. */
    @FunctionalInterface
    interface WaitListener {
        /** Is called each {@link #TICK}, in the watcher's thread. It must not block. */
        void onWait();
    }

    /** Takes the place of a thread that is being interrupted, or was. */
    private static final Object INTERRUPTING = new Object();

    private static final Object INTERRUPTED = new Object();

    private final AtomicReferenceArray<@Nullable Object> threads = new AtomicReferenceArray<>(PLACES);
    private final AtomicLongArray deadlines = new AtomicLongArray(PLACES);
    private final AtomicReferenceArray<@Nullable WaitListener> listeners = new AtomicReferenceArray<>(PLACES);
    private final AtomicBoolean running = new AtomicBoolean();
    private final LongSupplier nanoClock;

    OpeningWatch(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /**
     * A connection.
     *
     * @param deadline by the clock
     * @param listener hears if it does not come soon
     * @throws ConnectionTimeout if there is none before the deadline
     */
    Connection open(DataSource dataSource, long deadline, WaitListener listener) throws SQLException {
        int place = begin(deadline, listener);
        Connection given;
        try {
            given = dataSource.getConnection();
        } catch (SQLException | RuntimeException e) {
            if (end(place)) {
                throw new ConnectionTimeout(e);
            }
            throw e;
        } catch (Error e) {
            end(place);
            throw e;
        }
        end(place);
        return given;
    }

    /** Begins to watch the current thread, and returns its place. */
    private int begin(long deadline, WaitListener listener) {
        Thread thread = Thread.currentThread();
        int first = thread.hashCode();
        for (int tries = 0; tries < PLACES; tries++) {
            int place = Math.floorMod(first + tries, PLACES);
            // A marker keeps the place until the deadline is set.
            if (threads.get(place) == null && threads.compareAndSet(place, null, this)) {
                deadlines.set(place, deadline);
                listeners.setPlain(place, listener);
                threads.set(place, thread);
                if (!running.get() && running.compareAndSet(false, true)) {
                    start();
                }
                return place;
            }
        }
        return NONE;
    }

    /** Stops watching. Tells whether the watcher interrupted the thread, and clears that interrupt. */
    private boolean end(int place) {
        if (place == NONE) {
            return false;
        }
        listeners.setPlain(place, null);
        while (!threads.compareAndSet(place, Thread.currentThread(), null)) {
            if (threads.compareAndSet(place, INTERRUPTED, null)) {
                Thread.interrupted();
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    private void start() {
        Daemons.of("advisory-lock-openings", this::watch).start();
    }

    private void watch() {
        long[] seen = new long[PLACES];
        for (int idle = 0; idle < IDLE_TICKS; idle++) {
            LockSupport.parkNanos(this, TICK);
            for (int place = 0; place < PLACES; place++) {
                if (threads.get(place) instanceof Thread thread) {
                    idle = 0;
                    look(place, thread);
                    long deadline = deadlines.get(place);
                    WaitListener listener = listeners.get(place);
                    if (seen[place] == deadline && listener != null) {
                        listener.onWait();
                    }
                    seen[place] = deadline;
                }
            }
        }
        running.set(false);
        // A thread that came after the last look and saw the watcher still running.
        for (int place = 0; place < PLACES; place++) {
            if (threads.get(place) != null && running.compareAndSet(false, true)) {
                start();
            }
        }
    }

    /**
     * If somebody else interrupted the thread, it is left alone: its wait ends anyway, and that flag is not ours to
     * clear.
     */
    private void look(int place, Thread thread) {
        if (isOver(place) && !thread.isInterrupted() && threads.compareAndSet(place, thread, INTERRUPTING)) {
            // Looks again, because the thread may have left and come back with another deadline.
            boolean over = isOver(place);
            if (over) {
                thread.interrupt();
            }
            threads.set(place, over ? INTERRUPTED : thread);
        }
    }

    private boolean isOver(int place) {
        return nanoClock.getAsLong() - deadlines.get(place) >= 0;
    }
}
