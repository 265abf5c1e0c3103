package org.advisorylock.impl.session;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the holders of one key apart inside this JVM, where they may share a session: PostgreSQL gives a session a lock that it has as often as it asks.
 * First come, first served.
 */
final class LocalKeys {

    /** A time that does not end. */
    static final long FOR_EVER = Long.MAX_VALUE;

    private record Place(Object key, Semaphore permits, Permits slots, int users) {

        Place with(int more) {
            return new Place(key, permits, slots, users + more);
        }
    }

    private final ConcurrentHashMap<Object, Place> places = new ConcurrentHashMap<>();

    /**
     * Waits for so many of a key's permits.
     *
     * @param all how many the key has
     * @param nanos how long to wait at most
     * @return whether they were had in time
     */
    boolean acquire(Object key, int all, int permits, long nanos) throws InterruptedException {
        Place place = places.compute(
                key,
                (same, known) ->
                        known == null ? new Place(key, new Semaphore(all, true), new Permits(), 1) : known.with(1));
        boolean acquired = false;
        try {
            acquired = place.permits.tryAcquire(permits, nanos, TimeUnit.NANOSECONDS);
            return acquired;
        } finally {
            if (!acquired) {
                leave(key);
            }
        }
    }

    void release(Object key, int permits) {
        Place place = places.get(key);
        if (place != null) {
            place.permits.release(permits);
            leave(key);
        }
    }

    /** The key as it was asked for, with its text; null if nobody of this JVM has it or waits for it. */
    @Nullable
    Object asked(Object key) {
        Place place = places.get(key);
        return place == null ? null : place.key();
    }

    /** The slots of a key that this JVM uses, for somebody who has one of its permits here or waits for one. */
    Permits permits(Permits.Semaphore key) {
        return Objects.requireNonNull(places.get(key)).slots();
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    private void leave(Object key) {
        places.computeIfPresent(key, (same, place) -> place.users == 1 ? null : place.with(-1));
    }
}
