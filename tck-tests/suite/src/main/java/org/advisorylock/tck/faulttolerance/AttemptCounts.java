package org.advisorylock.tck.faulttolerance;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.tck.Task;

/** How often transaction and lock were asked for, and by what they failed. */
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

    /** What happens after each failure. */
    public void afterFailure(Task task) {
        afterFailure = task;
    }

    /** One more has come. */
    public void begin() {
        begun.incrementAndGet();
    }

    /** One has failed. */
    public void fail(Exception failure) throws Exception {
        failures.add(failure.getClass());
        afterFailure.run();
    }

    /** How many have come. */
    public int begun() {
        return begun.get();
    }

    /** By what they failed. */
    public List<Class<?>> failures() {
        return failures;
    }
}
