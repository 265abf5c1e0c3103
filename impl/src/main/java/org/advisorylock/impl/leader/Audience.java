package org.advisorylock.impl.leader;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import org.advisorylock.LeadershipEvent;
import org.advisorylock.LeadershipListener;
import org.advisorylock.impl.LogMessage;

/**
 * Tells an election's terms to listener and observers, in the thread that tells. What they throw is logged.
 *
 * @param election its name
 */
record Audience(String election, LeadershipListener listener, Consumer<LeadershipEvent> observers) {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    void elected(long term) {
        // Observers first: the listener may return only when the term is over.
        tell(observers, new LeadershipEvent(election, term, true), term);
        tell(listener::elected, term, term);
    }

    void revoked(long term) {
        tell(listener::revoked, term, term);
        tell(observers, new LeadershipEvent(election, term, false), term);
    }

    private <T> void tell(Consumer<T> method, T what, long term) {
        try {
            method.accept(what);
        } catch (Throwable e) {
            LOGGER.log(Level.WARNING, LogMessage.LEADERSHIP_LISTENER_FAILED.text(election, term, e), e);
        }
    }
}
