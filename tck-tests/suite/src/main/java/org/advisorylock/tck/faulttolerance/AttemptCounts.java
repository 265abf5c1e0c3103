package org.advisorylock.tck.faulttolerance;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.tck.Task;

/** Counts how often transaction and lock are entered, and notes the failures. */
@ApplicationScoped
public class AttemptCounts {

    private static final Task NOTHING = () -> {};

    private final AtomicInteger begun = new AtomicInteger();
    private final List<Class<?>> failures = new CopyOnWriteArrayList<>();
    private volatile Task afterFailure = NOTHING;

    /** Forgets all. */
    public void clear() {
        begun.set(0);
        failures.clear();
        afterFailure = NOTHING;
    }

    /** Sets what happens after each failure. */
    public void afterFailure(Task task) {
        afterFailure = task;
    }

    /** Counts one more. */
    public void begin() {
        begun.incrementAndGet();
    }

    /** Notes a failure, and throws it again. */
    public void fail(Exception failure) throws Exception {
        failures.add(failure.getClass());
        afterFailure.run();
    }

    /** How many there were. */
    public int begun() {
        return begun.get();
    }

    /** The types of the failures. */
    public List<Class<?>> failures() {
        return failures;
    }
}
