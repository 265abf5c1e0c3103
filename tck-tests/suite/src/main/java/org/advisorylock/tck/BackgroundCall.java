package org.advisorylock.tck;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Work in a thread beside the test's. */
public final class BackgroundCall<T> {

    private static final long BOUND_SECONDS = 120;

    private final FutureTask<T> task;
    private final Thread thread;

    BackgroundCall(Thread thread, FutureTask<T> task) {
        this.task = task;
        this.thread = thread;
    }

    public boolean isDone() {
        return task.isDone();
    }

    /** Whether the thread is parked, as it is in a queue inside this JVM. */
    public boolean isParked() {
        Thread.State state = thread.getState();
        return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }

    /** The result of work that must end well. */
    public T get() {
        try {
            return task.get(BOUND_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException | ExecutionException e) {
            throw new AssertionError("a thread beside the test did not end well: " + e, e);
        }
    }

    /** Waits this long for the end of the work, and tells whether it came. */
    public boolean endsWithin(Duration time) {
        try {
            task.get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while a call was waited for", e);
        }
    }

    /** Interrupts the thread if it still runs, and waits until it has ended. */
    void end() throws InterruptedException {
        if (thread.isAlive()) {
            thread.interrupt();
            thread.join(TimeUnit.SECONDS.toMillis(BOUND_SECONDS));
        }
        if (thread.isAlive()) {
            throw new AssertionError("the thread does not end: " + thread);
        }
    }
}
