package org.advisorylock.impl.session;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.jspecify.annotations.Nullable;

/** What a request has inside this JVM, and must give back: what is not claimed by a hold until the request ends, the rest with its hold. */
final class Reservation {

    private static final int ALL = Integer.MAX_VALUE;

    private final LocalKeys local;
    private final Set<Object> unclaimed = ConcurrentHashMap.newKeySet();
    private final int amount;
    private final Permits.@Nullable Semaphore semaphore;

    private Reservation(LocalKeys local, int amount, Permits.@Nullable Semaphore semaphore) {
        this.local = local;
        this.amount = amount;
        this.semaphore = semaphore;
    }

    /**
     * Waits for all keys of a request, or a permit of its key.
     *
     * @param deadline by {@link System#nanoTime}
     * @return null if that was not to be had in time
     */
    static @Nullable Reservation of(LocalKeys local, Claim request, long deadline) throws InterruptedException {
        if (request.isForPermit()) {
            int permits = request.slots().size();
            Permits.Semaphore semaphore = new Permits.Semaphore(request.keys().get(0), permits);
            Reservation reservation = new Reservation(local, 1, semaphore);
            return reservation.had(semaphore, permits, request, deadline) && reservation.hadHead(request, deadline)
                    ? reservation
                    : null;
        }
        Reservation reservation = new Reservation(local, request.mode() == LockMode.SHARED ? 1 : ALL, null);
        for (AdvisoryLockKey key : request.keys()) {
            if (!reservation.had(key, ALL, request, deadline)) {
                return null;
            }
        }
        return reservation;
    }

    private boolean hadHead(Claim request, long deadline) throws InterruptedException {
        Permits.Semaphore whole = semaphore;
        return whole == null || request.isImmediate() || had(new Permits.Head(whole), 1, request, deadline);
    }

    private boolean had(Object key, int all, Claim request, long deadline) throws InterruptedException {
        boolean had = false;
        try {
            long left = request.isUnlimited()
                    ? LocalKeys.FOR_EVER
                    : request.isImmediate() ? 0 : Math.max(0, deadline - System.nanoTime());
            had = local.acquire(key, all, amount, left);
            return had;
        } finally {
            if (had) {
                unclaimed.add(key);
            } else {
                giveBackTheRest();
            }
        }
    }

    /** Makes a hold responsible for a key; gives what it is to run when it ends. */
    Runnable claim(AdvisoryLockKey key) {
        Object mine = semaphore == null ? key : semaphore;
        unclaimed.remove(mine);
        return () -> local.release(mine, amount);
    }

    void giveBackTheRest() {
        for (Object key : Set.copyOf(unclaimed)) {
            if (unclaimed.remove(key)) {
                local.release(key, amount);
            }
        }
    }
}
