package org.advisorylock.impl.cdi;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.advisorylock.LeadershipEvent;
import org.advisorylock.LockEvent.Elected;
import org.advisorylock.LockEvent.Revoked;
import org.advisorylock.impl.event.LockEvents;

/** Tells observers and listeners of elections. */
final class ElectionEvents implements Consumer<LeadershipEvent> {

    private final Consumer<LeadershipEvent> observers;
    private final LockEvents events;
    private final LongSupplier nanoClock;

    /** When each term began for which this JVM leads. */
    private final Map<LeadershipEvent, Long> began = new ConcurrentHashMap<>();

    ElectionEvents(Consumer<LeadershipEvent> observers, LockEvents events, LongSupplier nanoClock) {
        this.observers = observers;
        this.events = events;
        this.nanoClock = nanoClock;
    }

    @Override
    public void accept(LeadershipEvent event) {
        try {
            observers.accept(event);
        } finally {
            if (event.elected()) {
                tellElected(event);
            } else {
                tellRevoked(event);
            }
        }
    }

    private void tellElected(LeadershipEvent event) {
        if (events.isHeard()) {
            began.put(event, nanoClock.getAsLong());
            events.tell(new Elected(event.election(), event.term()));
        }
    }

    /** Also if nobody listens any more, because a flight recording may have ended during the term. */
    private void tellRevoked(LeadershipEvent event) {
        Long since = began.remove(new LeadershipEvent(event.election(), event.term(), true));
        if (since != null) {
            Duration held = Duration.ofNanos(nanoClock.getAsLong() - since);
            events.tell(new Revoked(event.election(), event.term(), held));
        }
    }
}
