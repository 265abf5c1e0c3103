package org.advisorylock.impl.session.link;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.advisorylock.impl.Daemons;
import org.advisorylock.impl.session.hold.Tasks;

/**
 * Threads without a transaction. On the caller's thread a DataSource would give the connection of the caller's
 * transaction. The threads end when there is nothing to do.
 */
public final class Workers implements Tasks {

    private static final long IDLE_SECONDS = 10;
    private static final Duration AGAIN = Duration.ofMillis(100);

    private final ThreadPoolExecutor pool = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            daemons("advisory-lock-session"));
    private final ScheduledThreadPoolExecutor clock =
            new ScheduledThreadPoolExecutor(1, daemons("advisory-lock-clock"));

    public Workers() {
        clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        clock.allowCoreThreadTimeOut(true);
        clock.setRemoveOnCancelPolicy(true);
    }

    private static ThreadFactory daemons(String name) {
        return work -> Daemons.of(name, work);
    }

    /** Runs something in a thread of its own. Once the application is ending, it runs in the caller's thread. */
    @Override
    public void execute(Runnable work) {
        try {
            pool.execute(work);
        } catch (RejectedExecutionException ending) {
            work.run();
        }
    }

    /**
     * Runs something in a thread of its own, never in the caller's.
     *
     * @throws RejectedExecutionException once the application is ending
     */
    void executeApart(Runnable work) {
        pool.execute(work);
    }

    /** Runs something short later, in the only thread of the clock. If the application ends before, it does not run. */
    public void soon(Duration delay, Runnable work) {
        try {
            Object unused = clock.schedule(work, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException ending) {
            clock.purge();
        }
    }

    /** Runs something later, in a thread of its own. If the application ends before, it does not run. */
    @Override
    public void after(Duration delay, Runnable work) {
        try {
            Object unused = clock.schedule(() -> executeInTime(work), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException ending) {
            clock.purge();
        }
    }

    /** If there is no thread now, there may be one soon. */
    private void executeInTime(Runnable work) {
        try {
            execute(work);
        } catch (OutOfMemoryError noThread) {
            after(AGAIN, work);
        }
    }

    /** Ends the threads. Running work has that long to end by itself, so that it leaves no connection behind. */
    public void close(Duration grace) {
        clock.shutdownNow();
        pool.shutdown();
        try {
            if (!pool.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS)) {
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
