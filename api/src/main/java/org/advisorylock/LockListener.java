package org.advisorylock;

/**
 * Hears what happens to the locks of an application: who waited, who got a lock and for how long, who did not, and what
 * was lost. Metrics, traces and logs hang on it.
 *
 * <p>A listener is a CDI bean of this type, of any scope and with any qualifiers. A class that is no bean is a service
 * instead: a file {@code META-INF/services/org.advisorylock.LockListener} names it. Declare it in one way only, else it
 * hears all twice. CDI observers of {@link LockEvent}, or of one kind such as {@link LockEvent.Lost}, hear the same
 * without a listener. Whether anybody listens is found out once, when the application uses the library for the first
 * time; if nobody does, a call pays nothing.
 *
 * <p>A listener is called by several threads at the same time:
 *
 * <ul>
 *   <li>{@link LockEvent.Acquired}, {@link LockEvent.NotAcquired} and {@link LockEvent.Retried} by the thread of the
 *       caller, in its transaction, before the method runs or the caller gets its error;
 *   <li>{@link LockEvent.Released} and a transaction's {@link LockEvent.Lost} by the thread that ends the transaction
 *       or closes the session lock, after that; by a thread of the library if nobody waits for the release;
 *   <li>a session lock's {@link LockEvent.Lost} by a thread of the library;
 *   <li>{@link LockEvent.Elected} and {@link LockEvent.Revoked} by the thread of the {@link LeadershipListener}.
 * </ul>
 *
 * <p>So a listener must return quickly and should not use the database. While it runs, the library holds none of its
 * monitors, and only the calling thread waits for it. What it throws is logged and changes nothing. It may take locks;
 * of those it takes inside {@link #on} it is not told.
 */
@FunctionalInterface
public interface LockListener {
    /**
     * Hears one event. The order of events is kept for each lock, but not among locks.
     *
     * @param event what happened
     */
    void on(LockEvent event);
}
