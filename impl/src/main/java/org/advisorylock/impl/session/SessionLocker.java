package org.advisorylock.impl.session;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockHandle;
import org.advisorylock.LockMode;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.event.Story;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.impl.session.hold.Failures;
import org.advisorylock.impl.session.hold.Handle;
import org.advisorylock.impl.session.hold.LosableHandle;
import org.advisorylock.impl.session.link.Workers;
import org.jspecify.annotations.Nullable;

/** Takes session locks, behind the guards. Safe for use by several threads. */
public final class SessionLocker implements AutoCloseable {

    private final LongSupplier nanoClock = System::nanoTime;
    private final Workers workers = new Workers();
    private final SessionTimeouts timeouts;
    private final TransactionsOfThread transactions;
    private final Map<LockDatabase, DatabaseLocks> sessions = new ConcurrentHashMap<>();
    private final Map<Source.Several, SeveralLocks> groups = new ConcurrentHashMap<>();
    private final SeveralLocks.Factory several;
    private final Views views = new Views();
    private final Leases leases;
    private volatile boolean closed;

    /**
     * Has no session yet.
     *
     * @param timeouts with each session that holds locks
     */
    public SessionLocker(SessionTimeouts timeouts, TransactionsOfThread transactions, SeveralLocks.Factory several) {
        this.several = several;
        this.timeouts = timeouts;
        this.transactions = transactions;
        this.leases = new Leases(workers, timeouts.heartbeat(), views);
    }

    Views views() {
        return views;
    }

    /**
     * The same for application code, which closes the handle. If it does so in a transaction, the lock stays held until
     * the transaction has ended.
     */
    LockHandle acquireInCode(Source source, Claim request, String place, @Nullable Story story) {
        return inCode(acquire(source, request, place, story), request, place);
    }

    /** The same, but null if they are not granted in time. */
    @Nullable
    LockHandle tryInCode(Source source, Claim request, String place, @Nullable Story story) {
        LosableHandle taken = tryAcquire(source, request, place, story);
        return taken == null ? null : inCode(taken, request, place);
    }

    private LockHandle inCode(LosableHandle taken, Claim request, String place) {
        try {
            return new CodeHandle(taken, request, place, transactions, leases).watched();
        } catch (Throwable e) {
            taken.close();
            throw e;
        }
    }

    /**
     * Takes all keys, or a permit.
     *
     * @param place where in the code, for messages
     * @param story what listeners hear; null if nobody listens
     * @throws LockTimeoutException if they are not granted in time
     */
    public LosableHandle acquire(Source source, Claim request, String place, @Nullable Story story) {
        requireOpen(request);
        long began = nanoClock.getAsLong();
        if (source instanceof Source.Several group) {
            return groups.computeIfAbsent(group, this::group).acquire(request, place, story);
        }
        DatabaseLocks known = guarded((Source.One) source, request, place);
        String shared = request.mode() == LockMode.SHARED && !request.isImmediate()
                ? transactions.placeOfConflict(known.identity(), request.exclusively())
                : null;
        return shared == null
                ? known.acquire(request, Thread.currentThread(), place, began, story)
                : acquireOnce(known, request, shared, place, story);
    }

    /** The same, but null if they are not granted in time. */
    public @Nullable LosableHandle tryAcquire(Source source, Claim request, String place, @Nullable Story story) {
        try {
            if (source instanceof Source.One one && request.mode() == LockMode.EXCLUSIVE) {
                requireOpen(request);
                long began = nanoClock.getAsLong();
                return guarded(one, request, place).tryAcquire(request, Thread.currentThread(), place, began, story);
            }
            return acquire(source, request, place, story);
        } catch (LockTimeoutException notInTime) {
            return null;
        }
    }

    /** The locks of a database, if the current thread cannot wait for itself there. */
    private DatabaseLocks guarded(Source.One one, Claim request, String place) {
        DatabaseLocks known = sessions(one);
        String identity = known.identity(one.database(), request);
        String holding = transactions.placeOfConflict(identity, request);
        if (holding != null) {
            throw new SelfDeadlockException(
                    CallMessage.SELF_DEADLOCK_WITH_TRANSACTION.text(request, holding, place), request.keys(), null);
        }
        requireNoOther(known, identity, request, place);
        return known;
    }

    /** Tries once, without blocking. No thread owns the lock. */
    CompletionStage<Optional<Handle>> tryOnce(Source.One source, Claim request, String place) {
        requireOpen(request);
        DatabaseLocks known = sessions(source);
        return known.prove(source.database(), request).thenCompose(identity -> known.tryOnce(request, place));
    }

    /**
     * In PostgreSQL a shared request of another session queues behind an exclusive waiter. If that waiter waits for
     * this thread, the request would wait for this thread too. So it tries once only.
     */
    private LosableHandle acquireOnce(
            DatabaseLocks known, Claim request, String shared, String place, @Nullable Story story) {
        try {
            return known.acquire(
                    request.waiting(AdvisoryLock.IMMEDIATE),
                    Thread.currentThread(),
                    place,
                    nanoClock.getAsLong(),
                    story);
        } catch (LockTimeoutException refused) {
            String holder = "a transaction of this thread (taken in " + shared + ")";
            throw new SelfDeadlockException(
                    CallMessage.SHARED_BEHIND_A_WAITER.text(request, holder, place), request.keys(), refused);
        }
    }

    /**
     * One database may have two names. If this thread holds the key by the other name, it would wait for itself for
     * ever.
     */
    private void requireNoOther(DatabaseLocks known, String identity, Claim request, String place) {
        for (DatabaseLocks other : sessions.values()) {
            if (other != known && other.identity().equals(identity)) {
                String conflict = placeOfConflict(other, request);
                if (conflict != null) {
                    throw new SelfDeadlockException(
                            CallMessage.SELF_DEADLOCK_WITH_SESSION.text(request, conflict, place),
                            request.keys(),
                            null);
                }
            }
        }
    }

    private static @Nullable String placeOfConflict(DatabaseLocks locks, Claim request) {
        for (AdvisoryLockKey key : request.keys()) {
            String place = locks.holds().placeOfConflict(Thread.currentThread(), key, request.mode());
            if (place != null) {
                return place;
            }
        }
        return null;
    }

    private void requireOpen(Claim request) {
        if (closed) {
            throw Failures.closed(request);
        }
    }

    private DatabaseLocks sessions(Source.One source) {
        return sessions.computeIfAbsent(
                source.database(), any -> new DatabaseLocks(any, source.dedicated(), workers, timeouts, nanoClock));
    }

    private SeveralLocks group(Source.Several source) {
        return several.make(source, this::sessions, workers, timeouts, transactions, this::requireOpen);
    }

    /** Whether a lock can be detached. A lock of a group cannot. */
    public static boolean isDetachable(LockHandle handle) {
        return handle instanceof Handle;
    }

    /**
     * Takes the lock away from its thread. It stays held until it is closed, and that thread must wait for it as others
     * do.
     */
    public static void detach(LockHandle handle) {
        if (handle instanceof Handle own) {
            own.detach();
        }
    }

    /**
     * The place where the current thread took a session lock for which the transaction would wait; null if there is
     * none.
     */
    public @Nullable String placeOfConflict(String database, Claim request) {
        if (sessions.isEmpty()) {
            return null;
        }
        for (DatabaseLocks known : sessions.values()) {
            String place = known.identity().equals(database) ? placeOfConflict(known, request) : null;
            if (place != null) {
                return place;
            }
        }
        return groups.values().stream()
                .map(group -> group.placeOfConflict(database, request))
                .filter(Objects::nonNull)
                .findAny()
                .orElse(null);
    }

    /** The same key, with its text if a session of this JVM has it or waits for it. */
    public AdvisoryLockKey named(AdvisoryLockKey key) {
        AdvisoryLockKey named = key;
        for (DatabaseLocks known : sessions.values()) {
            named = known.holds().named(named);
        }
        return named;
    }

    /** Whether nothing is held, requested or remembered. */
    public boolean isIdle() {
        return sessions.values().stream().allMatch(DatabaseLocks::isIdle);
    }

    /** Ends all sessions. Holders are told that their locks are lost. */
    @Override
    public void close() {
        closed = true;
        sessions.values().forEach(known -> known.close("the application ended"));
        workers.close(timeouts.heartbeat().multipliedBy(2));
    }
}
