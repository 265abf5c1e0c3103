package org.advisorylock.impl;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that stands still until a test lets time pass. It soon overflows, as {@link System#nanoTime} may. */
public final class ManualClock implements LongSupplier {

    private final AtomicLong nanos;

    /** One that overflows within a microsecond. */
    public ManualClock() {
        this(Long.MAX_VALUE - 500);
    }

    /** One that starts at this time. */
    public ManualClock(long nanos) {
        this.nanos = new AtomicLong(nanos);
    }

    @Override
    public long getAsLong() {
        return nanos.get();
    }

    /** The time at which so much will have passed. */
    public long in(Duration time) {
        return nanos.get() + time.toNanos();
    }

    /** Lets time pass. */
    public void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
