package org.advisorylock.impl.postgres;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.advisorylock.impl.Daemons;
import org.jspecify.annotations.Nullable;

/**
 * Ends a wait in the server when the waiting thread is interrupted. {@code Thread.interrupt} does not reach a thread
 * that reads from a socket. {@code Statement.cancel} does, and it leaves nothing queued in the server, which closing
 * the connection would.
 *
 * <p>A daemon thread looks at the waits of this JVM while there are any. It ends when there were none for a while, or
 * when the application ends.
 */
final class InterruptWatch implements AutoCloseable {

    private static final Duration TICK = Duration.ofMillis(50);
    private static final int IDLE_TICKS = 40;

    /** One statement that may wait. */
    static final class WatchedStatement {
        private final Thread thread = Thread.currentThread();
        private final Statement statement;
        private volatile boolean cancelled;
        private volatile boolean seen;

        private WatchedStatement(Statement statement) {
            this.statement = statement;
        }

        boolean isCancelled() {
            return cancelled;
        }

        /** Whether the watcher has seen it. */
        boolean isSeen() {
            return seen;
        }

        private void cancel() {
            try {
                statement.cancel();
            } catch (SQLException e) {
                // The statement or its connection has just ended. The waiting thread notices that itself.
                cancelled = false;
            }
        }
    }

    private final long tick;
    private final int idleTicks;
    private final Set<WatchedStatement> waits = new HashSet<>();
    private @Nullable Thread watcher;
    private boolean closed;

    InterruptWatch() {
        this(TICK, IDLE_TICKS);
    }

    InterruptWatch(Duration tick, int idleTicks) {
        this.tick = tick.toNanos();
        this.idleTicks = idleTicks;
    }

    synchronized WatchedStatement begin(Statement statement) {
        WatchedStatement wait = new WatchedStatement(statement);
        if (watcher == null) {
            Thread thread = Daemons.of("advisory-lock-interrupts", this::watch);
            thread.start();
            watcher = thread;
        }
        waits.add(wait);
        return wait;
    }

    synchronized void end(WatchedStatement wait) {
        waits.remove(wait);
    }

    private void watch() {
        int idle = 0;
        while (isNeeded(idle)) {
            LockSupport.parkNanos(this, tick);
            idle = look() ? 0 : idle + 1;
        }
    }

    /** Decides and tells in one step, so a wait that begins later gets a new watcher. */
    private synchronized boolean isNeeded(int idle) {
        if (waits.isEmpty() && (closed || idle >= idleTicks)) {
            watcher = null;
        }
        return watcher != null;
    }

    /** Whether anybody waits. */
    private synchronized boolean look() {
        waits.forEach(InterruptWatch::look);
        return !waits.isEmpty();
    }

    /** The first look leaves a statement alone, because a free lock is granted long before the second one. */
    private static void look(WatchedStatement wait) {
        if (wait.seen && wait.thread.isInterrupted() && !wait.cancelled) {
            wait.cancelled = true;
            // A cancel opens a connection of its own. If that hangs, the other waits must not hang with it.
            Daemons.of("advisory-lock-cancel", wait::cancel).start();
        }
        wait.seen = true;
    }

    /** Ends the thread now, or with the last wait. */
    @Override
    public synchronized void close() {
        closed = true;
        if (watcher != null) {
            LockSupport.unpark(watcher);
        }
    }
}
