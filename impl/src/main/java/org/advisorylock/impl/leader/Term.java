package org.advisorylock.impl.leader;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
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
        tell(listener::elected, true);
    }

    /** Ends it, whoever notices first; tells nobody who was not told of its beginning. */
    void revoke() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            if (!told) {
                return;
            }
        }
        tell(listener::revoked, false);
    }

    private void tell(Consumer<Long> method, boolean elected) {
        try {
            method.accept(number);
            observers.accept(new LeadershipEvent(election, number, elected));
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

    /** Lets the next one lead. */
    void end() {
        revoke();
        lock.close();
    }
}
