package org.advisorylock.impl.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.LogMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.link.Workers;

/**
 * Finds handles that were left open. Nobody can reach such a handle any more, and the thread that took it is dead.
 * While the thread lives, the lock may be meant to be held for good. This is no {@link java.lang.ref.Cleaner}, because
 * its thread would keep the application's class loader.
 */
final class Leases {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    private final Workers workers;
    private final Views views;
    private final Duration interval;
    private final ReferenceQueue<LockHandle> unreachable = new ReferenceQueue<>();
    private final Set<Lease> open = ConcurrentHashMap.newKeySet();
    private final Set<Lease> orphans = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean looking = new AtomicBoolean();

    /** @param interval between two looks, while a handle is open */
    Leases(Workers workers, Duration interval, Views views) {
        this.workers = workers;
        this.views = views;
        this.interval = interval;
    }

    /** Watches a handle until its lease is ended. */
    Lease watch(LockHandle handle, LockHandle lock, Claim request, String place) {
        Lease lease = new Lease(handle, lock, request, place);
        open.add(lease);
        lookLater();
        return lease;
    }

    /** What remains of a handle that nobody can close any more. */
    final class Lease extends PhantomReference<LockHandle> {
        private final LockHandle lock;
        private final Claim request;
        private final String place;
        private final Thread owner = Thread.currentThread();

        private Lease(LockHandle handle, LockHandle lock, Claim request, String place) {
            super(handle, unreachable);
            this.lock = lock;
            this.request = request;
            this.place = place;
        }

        /** The handle is closed. */
        void end() {
            open.remove(this);
            clear();
        }
    }

    private void lookLater() {
        if (!open.isEmpty() && looking.compareAndSet(false, true)) {
            workers.after(interval, this::look);
        }
    }

    private void look() {
        looking.set(false);
        views.forgetTheDead();
        for (Reference<?> one = unreachable.poll(); one != null; one = unreachable.poll()) {
            if (one instanceof Lease lease && open.contains(lease)) {
                orphans.add(lease);
            }
        }
        for (Lease lease : Set.copyOf(orphans)) {
            if (!lease.owner.isAlive()) {
                orphans.remove(lease);
                open.remove(lease);
                LOGGER.log(
                        Level.WARNING,
                        LogMessage.LEFT_OPEN.text(
                                lease.request.toStringWithoutTexts(), lease.place, lease.owner.getName()));
                lease.lock.close();
            }
        }
        lookLater();
    }
}
