package org.advisorylock.impl.leader;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.Leadership;
import org.advisorylock.LeadershipEvent;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockHandle;
import org.advisorylock.SessionLocks;
import org.advisorylock.impl.Message;
import org.jspecify.annotations.Nullable;

/** One who stands in an election, with a thread that owns its locks. */
final class Candidate implements Leadership {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** The next in line, so that nobody leads for no longer; and the leader, which only looks, and sends nothing. */
    private static final Duration AT_FRONT = Duration.ofMillis(200);

    private static final Duration BEHIND = Duration.ofSeconds(1);

    private final String election;
    private final Line line;
    private final Duration heartbeat;
    private final LeadershipListener listener;
    private final Consumer<LeadershipEvent> observers;
    private final Consumer<Candidate> closing;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile @Nullable Term term;
    private volatile boolean resigning;
    private volatile boolean closed;
    private boolean failing;

    Candidate(
            String election,
            SessionLocks locks,
            Duration heartbeat,
            LeadershipListener listener,
            Consumer<LeadershipEvent> observers,
            Consumer<Candidate> closing) {
        this.election = election;
        this.line = new Line(election, locks);
        this.heartbeat = heartbeat;
        this.listener = listener;
        this.observers = observers;
        this.closing = closing;
        this.thread = new Thread(this::stand, "advisory-lock-election-" + election);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void stand() {
        while (!closed) {
            try {
                step();
                failing = false;
            } catch (RuntimeException e) {
                // It stands again until it is closed; what is wrong is said once, not each second.
                LOGGER.log(failing ? Level.DEBUG : Level.WARNING, Message.ELECTION_FAILED.text(election, e));
                failing = true;
            }
            rest();
        }
        Term last = term;
        if (last != null) {
            last.end();
        }
        line.leave();
    }

    private void step() {
        Term mine = term;
        if (mine != null && mine.isHeld() && !resigning) {
            return;
        }
        line.enter();
        if (mine != null) {
            mine.end();
            term = null;
            settle();
            return;
        }
        line.advance().ifPresent(this::lead);
    }

    private void lead(LockHandle first) {
        try {
            Term elected = new Term(election, first, listener, observers);
            term = elected;
            elected.begin();
        } catch (AdvisoryLockException e) {
            first.close();
            throw e;
        }
    }

    private void rest() {
        if (!closed && (failing || !resigning)) {
            Duration pause = line.isAtFront() && !failing ? AT_FRONT : BEHIND;
            LockSupport.parkNanos(this, Math.min(pause.toNanos(), heartbeat.toNanos()));
        }
        if (Thread.interrupted()) {
            LOGGER.log(Level.DEBUG, "an election's thread was interrupted, which has no meaning for it");
        }
    }

    private void settle() {
        lock.lock();
        try {
            resigning = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isLeader() {
        Term mine = term;
        return mine != null && mine.isHeld();
    }

    @Override
    public long term() {
        Term mine = term;
        return mine != null && mine.isHeld() ? mine.number() : 0;
    }

    @Override
    public void resign() {
        Term mine = term;
        if (mine == null || closed || !mine.revoke()) {
            return;
        }
        lock.lock();
        try {
            // Its thread may have seen the end already, and must not take this for the next term's.
            resigning = term == mine;
            LockSupport.unpark(thread);
            while (resigning && !closed && term == mine) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        Term mine = term;
        if (mine != null) {
            // Before the own thread is told and does it: then this call could not tell whether that waits for it.
            mine.revoke();
        }
        lock.lock();
        try {
            closed = true;
            LockSupport.unpark(thread);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        closing.accept(this);
        if (mine != null && mine.isBeingRevoked()) {
            // By another thread, or further up in this one, which may wait for this call: what is left ends after that.
            return;
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join(TimeUnit.MINUTES.toMillis(1));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
