package org.advisorylock.impl.postgres;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Decides when to ask a question again that found no answer. Asking costs the caller some time, so not every caller
 * asks, and it happens more and more rarely. Safe for use by several threads.
 */
final class Recheck {

    private static final long FIRST = Duration.ofSeconds(10).toNanos();
    private static final long LONGEST = Duration.ofHours(1).toNanos();

    private final LongSupplier nanoClock;
    private volatile boolean open;
    private volatile long pause = FIRST;
    private final AtomicLong due = new AtomicLong();

    Recheck(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Notes whether the question has found its answer. */
    void noteAnswer(boolean answered) {
        if (!answered) {
            due.set(nanoClock.getAsLong() + pause);
            pause = Math.min(LONGEST, 2 * pause);
        }
        open = !answered;
    }

    /** Whether somebody should ask again. */
    boolean isDue() {
        return open && nanoClock.getAsLong() - due.get() >= 0;
    }

    /** Whether this caller should ask. If so, nobody else should for a while. */
    boolean claim() {
        long seen = due.get();
        long now = nanoClock.getAsLong();
        return open && now - seen >= 0 && due.compareAndSet(seen, now + pause);
    }
}
