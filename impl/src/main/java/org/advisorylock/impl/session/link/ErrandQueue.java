package org.advisorylock.impl.session.link;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one session. It also decides when the session ends: when it keeps no lock and has nothing to do. A queue
 * that has ended takes nothing in. Safe for use by several threads. Only the session's thread takes errands out.
 */
final class ErrandQueue {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    private final LongSupplier linger;
    private final long longestSleep;
    private final LongSupplier nanoClock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Errand> queue = new ArrayDeque<>();
    private boolean working;

    /** Whether a caller's thread works for the session, and whether the session's thread waits for its end. */
    private boolean helped;

    private boolean awaitsHelper;
    private boolean hurried;
    private long idleSince;
    private boolean closed;
    private int kept;
    private volatile @Nullable String loss;

    /**
     * Is empty.
     *
     * @param linger nanoseconds that the session stays open when nobody needs it
     * @param longestSleep nanoseconds from the last message to the next sign of life, while locks are kept
     */
    ErrandQueue(LongSupplier linger, long longestSleep, LongSupplier nanoClock) {
        this.linger = linger;
        this.longestSleep = longestSleep;
        this.nanoClock = nanoClock;
    }

    /** Adds an errand. Returns false if the session has ended. */
    boolean submit(Errand errand) {
        lock.lock();
        try {
            if (!closed) {
                queue.add(errand);
                changed.signal();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds an errand, but does not wake the session's thread. The calling thread must {@link #begin} it, or
     * {@link #wake} that thread.
     */
    boolean submitQuietly(Errand errand) {
        lock.lock();
        try {
            return !closed && queue.add(errand);
        } finally {
            lock.unlock();
        }
    }

    /** Wakes the session's thread for what was submitted quietly. */
    void wake() {
        lock.lock();
        try {
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets the calling thread do an errand in place of the session's thread. It must {@link #finish} or
     * {@link #giveUp}. Returns false if the session has anything else to do, keeps no lock, or may have to end after
     * this errand.
     */
    boolean begin(Errand errand) {
        lock.lock();
        try {
            boolean alone = !working && !helped && loss == null && queue.size() == 1;
            boolean goesOn = kept > 0 && (linger() > 0 || kept + errand.more() > 0);
            boolean begun = alone && goesOn && queue.remove(errand);
            helped |= begun;
            return begun;
        } finally {
            lock.unlock();
        }
    }

    /** The calling thread has done its errand. */
    void finish() {
        lock.lock();
        try {
            helped = false;
            idleSince = nanoClock.getAsLong();
            if (awaitsHelper || !queue.isEmpty() || loss != null) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The calling thread has failed. The session's thread ends the session and answers the errands. */
    void giveUp(String reason, Collection<Errand> open) {
        lock.lock();
        try {
            open.forEach(queue::addFirst);
            breakOff(reason);
            finish();
        } finally {
            lock.unlock();
        }
    }

    /** Adds an errand only if the session has nothing to do and keeps no lock. */
    boolean submitIfIdle(Errand errand) {
        lock.lock();
        try {
            return !working && !helped && kept == 0 && queue.isEmpty() && submit(errand);
        } finally {
            lock.unlock();
        }
    }

    /** Removes an errand that has not begun. */
    void forget(Errand errand) {
        lock.lock();
        try {
            queue.remove(errand);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the next errands.
     *
     * @param untilBeat nanoseconds until a sign of life is due, as long as locks are kept
     * @return none for a sign of life; null if the session has ended by itself
     */
    @Nullable
    List<Errand> next(LongSupplier untilBeat) {
        lock.lock();
        try {
            working = false;
            idleSince = nanoClock.getAsLong();
            await(untilBeat);
            working = true;
            if (isIdle() && loss == null) {
                closed = true;
                return null;
            }
            List<Errand> batch = List.copyOf(queue);
            queue.clear();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the session as soon as nobody needs it, because somebody else needs its connection. */
    void hurry() {
        lock.lock();
        try {
            hurried = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private long linger() {
        return hurried ? 0 : linger.getAsLong();
    }

    private boolean isIdle() {
        return queue.isEmpty() && kept == 0;
    }

    private void await(LongSupplier untilBeat) {
        while (helped || (queue.isEmpty() && loss == null)) {
            try {
                awaitsHelper = helped;
                if (helped) {
                    changed.await();
                    continue;
                }
                long left = kept == 0 ? linger() - (nanoClock.getAsLong() - idleSince) : untilBeat.getAsLong();
                if (left <= 0) {
                    return;
                }
                changed.awaitNanos(Math.min(left, longestSleep()));
            } catch (InterruptedException ending) {
                // An application ends its sessions before it interrupts their threads.
                LOGGER.log(Level.DEBUG, "the thread of a session was interrupted");
            }
        }
        awaitsHelper = false;
    }

    /** A caller that takes the first lock or releases the last one wakes nobody. So the thread looks itself. */
    private long longestSleep() {
        long most = linger();
        return most > 0 ? Math.min(most, longestSleep) : longestSleep;
    }

    /** Why the session has ended together with its locks. Null if it lives, or has ended by itself. */
    @Nullable
    String loss() {
        return loss;
    }

    /** Counts the locks that the session keeps: how many more, or negative for fewer. */
    void count(int more) {
        lock.lock();
        try {
            kept += more;
        } finally {
            lock.unlock();
        }
    }

    /** How many locks the session keeps. */
    int kept() {
        lock.lock();
        try {
            return kept;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the session if it should not stay open, has nothing to do and keeps no lock. Returns whether it has ended.
     */
    boolean closeIfIdle() {
        lock.lock();
        try {
            closed |= linger() == 0 && isIdle();
            return closed && loss == null;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the session from another thread, whatever it does and keeps. Returns false if it had ended before. */
    boolean breakOff(String reason) {
        lock.lock();
        try {
            boolean open = !closed;
            if (open) {
                closed = true;
                loss = reason;
                changed.signal();
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the session. Returns the errands that have not begun. */
    List<Errand> close(String reason) {
        lock.lock();
        try {
            closed = true;
            loss = loss == null ? reason : loss;
            List<Errand> rest = new ArrayList<>(queue);
            queue.clear();
            return rest;
        } finally {
            lock.unlock();
        }
    }
}
