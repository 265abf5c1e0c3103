package org.advisorylock.impl.it;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.advisorylock.LockEvent;

/** What was heard, in its order. Safe for use by several threads. */
final class LockChronicle {

    private final List<LockEvent> events = new ArrayList<>();

    synchronized void add(LockEvent event) {
        events.add(event);
        notifyAll();
    }

    synchronized void clear() {
        events.clear();
    }

    synchronized List<LockEvent> events() {
        return List.copyOf(events);
    }

    <E extends LockEvent> List<E> events(Class<E> kind) {
        return events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The kinds of all events, as in {@code Acquired Released}. */
    String kinds() {
        return events().stream().map(event -> event.getClass().getSimpleName()).collect(Collectors.joining(" "));
    }

    /** Waits for an event of a kind, for half a minute at most. */
    <E extends LockEvent> E await(Class<E> kind) throws InterruptedException {
        return kind.cast(await(kind::isInstance, 1).get(0));
    }

    /** Waits until there are so many such events, for half a minute at most. */
    synchronized List<LockEvent> await(Predicate<LockEvent> wanted, int count) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (events.stream().filter(wanted).count() < count) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("not heard within 30 s, but " + events);
            }
            wait(left);
        }
        return events.stream().filter(wanted).toList();
    }
}
