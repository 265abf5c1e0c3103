package org.advisorylock.impl.postgres;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends a wait in the server when the waiting thread is interrupted, since {@code Thread.interrupt} does not reach a thread that reads
 * from a socket: {@code Statement.cancel} does, and leaves nothing queued in the server, as closing the connection would. A daemon
 * thread looks at the waits of this JVM while there are any, and ends when there were none for a while.
 */
final class InterruptWatch {

    private static final long TICK = Duration.ofMillis(50).toNanos();
    private static final int IDLE_TICKS = 40;

    /** One statement that may wait. */
    static final class Wait {
        private final Thread thread = Thread.currentThread();
        private final Statement statement;
        private volatile boolean cancelled;
        private boolean seen;

        private Wait(Statement statement) {
            this.statement = statement;
        }

        boolean isCancelled() {
            return cancelled;
        }

        private void cancel() {
            try {
                statement.cancel();
            } catch (SQLException e) {
                // The statement has just ended, or its connection has: the waiting thread hears of that itself.
                cancelled = false;
            }
        }
    }

    private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean running = new AtomicBoolean();

    Wait begin(Statement statement) {
        Wait wait = new Wait(statement);
        waits.add(wait);
        if (!running.get() && running.compareAndSet(false, true)) {
            Thread watcher = new Thread(this::watch, "advisory-lock-interrupts");
            watcher.setDaemon(true);
            watcher.start();
        }
        return wait;
    }

    void end(Wait wait) {
        waits.remove(wait);
    }

    private void watch() {
        for (int idle = 0; idle < IDLE_TICKS; idle = waits.isEmpty() ? idle + 1 : 0) {
            LockSupport.parkNanos(this, TICK);
            waits.forEach(InterruptWatch::look);
        }
        running.set(false);
    }

    /** A statement is left alone until the second look: an uncontended one is done long before. */
    private static void look(Wait wait) {
        if (wait.seen && wait.thread.isInterrupted() && !wait.cancelled) {
            wait.cancelled = true;
            // A cancel opens a connection of its own, and one that hangs must not keep the others waiting.
            Thread canceller = new Thread(wait::cancel, "advisory-lock-cancel");
            canceller.setDaemon(true);
            canceller.start();
        }
        wait.seen = true;
    }
}
