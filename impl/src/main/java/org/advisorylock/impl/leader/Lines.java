package org.advisorylock.impl.leader;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.advisorylock.impl.Daemons;
import org.advisorylock.spi.Printable;
import org.jspecify.annotations.Nullable;

/**
 * All candidates on one {@link org.advisorylock.impl.session.AsyncLocks}, and the one thread that moves them. The
 * thread waits for the next event only. Tries of the same moment go into one message. The thread ends when nobody
 * stands.
 */
final class Lines implements Executor {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /**
     * The pause of the next in line, which must take over soon, and of the leader, which only looks and sends nothing.
     */
    private static final Duration AT_FRONT = Duration.ofMillis(200);

    private static final Duration BEHIND = Duration.ofSeconds(1);

    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    private final Set<Candidate> candidates = ConcurrentHashMap.newKeySet();
    private final long tickNanos;
    private final long ticksBehind;
    private final LongSupplier nanoClock;
    private boolean running;

    Lines(Duration heartbeat, LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        tickNanos = Math.min(AT_FRONT.toNanos(), heartbeat.toNanos());
        ticksBehind = Math.min(BEHIND.toNanos(), heartbeat.toNanos()) / tickNanos;
    }

    Set<Candidate> candidates() {
        return candidates;
    }

    void add(Candidate candidate) {
        candidates.add(candidate);
        Object unused = candidate.ended().thenRun(() -> candidates.remove(candidate));
        try {
            execute(() -> candidate.tick(true));
        } catch (Throwable noThread) {
            candidates.remove(candidate);
            throw noThread;
        }
    }

    @Override
    public synchronized void execute(Runnable event) {
        events.add(event);
        if (!running) {
            Daemons.of("advisory-lock-elections", this::run).start();
            running = true;
        }
    }

    private synchronized boolean isOver() {
        running = !events.isEmpty() || !candidates.isEmpty();
        return !running;
    }

    private void run() {
        long next = nanoClock.getAsLong() + tickNanos;
        for (long ticks = 1; !isOver(); ) {
            Runnable event = next(next - nanoClock.getAsLong());
            if (event != null) {
                guarded(event);
            }
            if (nanoClock.getAsLong() - next >= 0) {
                boolean all = ticks++ % ticksBehind == 0;
                candidates.forEach(candidate -> guarded(() -> candidate.tick(all)));
                next = nanoClock.getAsLong() + tickNanos;
            }
        }
    }

    private @Nullable Runnable next(long nanos) {
        try {
            return events.poll(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            LOGGER.log(Level.DEBUG, "the thread of elections was interrupted, which has no meaning for it");
            return null;
        }
    }

    private static void guarded(Runnable event) {
        try {
            event.run();
        } catch (Throwable e) {
            // One candidate's failure must not stop the others.
            LOGGER.log(Level.WARNING, () -> Printable.message("an election's step failed: " + e), e);
        }
    }
}
