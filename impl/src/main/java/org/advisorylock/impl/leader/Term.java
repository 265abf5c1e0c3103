package org.advisorylock.impl.leader;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.advisorylock.LeadershipEvent;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.Message;

/** One leadership, from its election until it is revoked, each told once and in this order. */
final class Term {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    private final String election;
    private final LockHandle lock;
    private final long number;
    private final LeadershipListener listener;
    private final Consumer<LeadershipEvent> observers;
    private final CountDownLatch revoked = new CountDownLatch(1);
    private boolean told;
    private volatile boolean over;

    Term(String election, LockHandle lock, LeadershipListener listener, Consumer<LeadershipEvent> observers) {
        this.election = election;
        this.lock = lock;
        this.number = lock.fencingToken();
        this.listener = listener;
        this.observers = observers;
    }

    /** Tells the listener, in a thread of its own, since it may do its work there. */
    void begin() {
        Thread thread = new Thread(this::tellElected, "advisory-lock-leader-" + election);
        thread.setDaemon(true);
        thread.start();
        lock.onLost(this::revoke);
    }

    private void tellElected() {
        synchronized (this) {
            if (over) {
                return;
            }
            told = true;
        }
        // Observers first: the listener may return only when the term is over.
        tell(observers, new LeadershipEvent(election, number, true));
        tell(listener::elected, number);
    }

    /** Ends it, whoever notices first; tells nobody who was not told of its beginning. Whether it is this call that ended it. */
    boolean revoke() {
        boolean begun;
        synchronized (this) {
            if (over) {
                return false;
            }
            over = true;
            begun = told;
        }
        try {
            if (begun) {
                tell(listener::revoked, number);
                tell(observers, new LeadershipEvent(election, number, false));
            }
        } finally {
            revoked.countDown();
        }
        return true;
    }

    /** Whether the listener is being told of its end, and has not returned. */
    boolean isBeingRevoked() {
        return over && revoked.getCount() > 0;
    }

    private <T> void tell(Consumer<T> method, T what) {
        try {
            method.accept(what);
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, Message.LEADERSHIP_LISTENER_FAILED.text(election, number, e), e);
        }
    }

    boolean isHeld() {
        return !over && lock.isHeld();
    }

    long number() {
        return number;
    }

    /** Lets the next one lead, when the listener has returned, in whatever thread it is told: it finishes its work there. */
    void end() {
        revoke();
        boolean interrupted = false;
        while (isBeingRevoked()) {
            try {
                revoked.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        lock.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
