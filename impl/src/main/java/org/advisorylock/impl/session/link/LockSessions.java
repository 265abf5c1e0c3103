package org.advisorylock.impl.session.link;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMode;
import org.advisorylock.impl.LogMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.OtherPermits;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.impl.session.hold.Failures;
import org.advisorylock.impl.session.hold.Holds;
import org.advisorylock.impl.session.hold.QueuedRequest;
import org.advisorylock.spi.Printable;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of this JVM on one DataSource. There are few, however many callers there are: a shared one for locks
 * that were free at once, one for each waiter, which then keeps what that waiter got, and at times one for tokens. Safe
 * for use by several threads. Nothing blocks.
 */
public final class LockSessions implements LockSession.Owner {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** How long a request waits in the server before the connection must show that it lives. */
    private static final Duration SLICE = Duration.ofSeconds(30);

    /**
     * How long a waiter may keep a connection from the transactions of the same pool. The holder of the key may need
     * one to go on.
     */
    private static final Duration SLICE_ON_BUSINESS_POOL = Duration.ofSeconds(2);

    /** How many requests wait in the server at a time. The others try now and then. */
    private static final int MOST_WAITERS = 8;

    private final LockDatabase database;
    private final boolean dedicated;
    private final Holds registry;
    private final Workers workers;
    private final SessionTimeouts timeouts;
    private final LongSupplier nanoClock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<LockSession> all = ConcurrentHashMap.newKeySet();
    private final Set<LockSession> waiters = ConcurrentHashMap.newKeySet();
    private final SharedSessions shared;
    private final IdleTimes idleTimes;
    private @Nullable LockSession tokens;
    private boolean counted;
    private volatile @Nullable String ending;

    /** @param dedicated whether no transaction takes connections from the same DataSource */
    public LockSessions(
            LockDatabase database,
            boolean dedicated,
            Holds registry,
            Workers workers,
            SessionTimeouts timeouts,
            LongSupplier nanoClock) {
        this.database = database;
        this.dedicated = dedicated;
        this.shared = new SharedSessions(
                () -> dedicated && database.spareConnections().hasTwo());
        this.registry = registry;
        this.workers = workers;
        this.timeouts = timeouts;
        this.nanoClock = nanoClock;
        this.idleTimes = new IdleTimes(dedicated, database.spareConnections()::hasOne, timeouts.idle());
        database.spareConnections().addGiver(this::hurry);
    }

    private void hurry() {
        all.forEach(session -> session.queue().hurry());
    }

    /** The registry of what the sessions hold, and for whom. */
    public Holds registry() {
        return registry;
    }

    /** The time by the clock of all who ask. */
    public long now() {
        return nanoClock.getAsLong();
    }

    public Workers workers() {
        return workers;
    }

    /**
     * The same for a thread that may block. It must run what this returns: then it asks the server itself, if the
     * session has nothing else to do. Null if nothing is left to do.
     */
    public @Nullable Runnable tryOnceHere(QueuedRequest ask, Acquire.AcquireListener answer) {
        LockSession known = shared.emptier();
        if (known != null && !ask.claim().isForPermit() && ask.claim().mode() == LockMode.EXCLUSIVE) {
            TryAll errand = new TryAll(registry, ask, answer);
            if (known.queue().submitQuietly(errand)) {
                return () -> known.help(errand);
            }
        }
        tryOnce(ask, answer);
        return null;
    }

    /** Asks the shared session to try once what a request wants. */
    public void tryOnce(QueuedRequest ask, Acquire.AcquireListener answer) {
        Claim claim = ask.claim();
        if (claim.isForPermit()) {
            onShared(new TryAny(registry, ask, answer), claim);
            lookForOtherPermits(claim);
            return;
        }
        onShared(
                claim.mode() == LockMode.SHARED
                        ? new TryShared(registry, ask, answer)
                        : new TryAll(registry, ask, answer),
                claim);
    }

    private void lookForOtherPermits(Claim claim) {
        try {
            OtherPermits others = database.otherPermits();
            if (others.isDue(claim, timeouts.heartbeat())) {
                Object unused =
                        readHolders(claim.forSlotsBeyond()).thenAccept(holders -> others.warnOf(claim, holders));
            }
        } catch (Throwable e) {
            // The request is under way by now, and does not depend on this.
            LOGGER.log(Level.DEBUG, () -> Printable.message("nobody looked for other permits: " + e));
        }
    }

    /** Reads who holds the keys of a request, apart from the shared session. */
    public CompletableFuture<List<LockInfo>> readHolders(Claim claim) {
        Question<List<LockInfo>> question = new Question<>(connection -> connection.readHolders(claim));
        onShared(question, claim);
        return question.future();
    }

    private void onShared(Errand errand, Claim claim) {
        lock.lock();
        try {
            LockSession known = shared.emptier();
            if (known != null && known.queue().submit(errand)) {
                return;
            }
            if (!dedicated && !counted && database.spareConnections().share()) {
                LOGGER.log(Level.WARNING, LogMessage.SHARED_POOL.text(database));
            }
            counted = true;
            shared.replace(known, begin(errand, claim, idleTimes::ofShared));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets a session wait in the server for what a request wants.
     *
     * @param limit shortens the time that the wait may take; called when it begins
     * @return null if no more may wait; if transactions use the pool too, one may, as long as the pool has another
     *     connection for the work under the locks
     */
    public @Nullable ServerWait await(
            QueuedRequest ask, Acquire.AcquireListener answer, UnaryOperator<Duration> limit) {
        Duration slice = dedicated ? SLICE : SLICE_ON_BUSINESS_POOL;
        ServerWait wait = new ServerWait(registry, ask, answer, () -> limit.apply(slice));
        lock.lock();
        try {
            for (LockSession waiter : waiters) {
                if (waiter.queue().submitIfIdle(wait)) {
                    wait.in(waiter.queue());
                    return wait;
                }
            }
            // Sessions that keep what they waited for count too, because their connections are scarce.
            int most = dedicated ? MOST_WAITERS : database.spareConnections().hasOne() ? 1 : 0;
            if (waiters.size() >= most) {
                return null;
            }
            LockSession waiter = begin(wait, ask.claim(), idleTimes::ofOthers);
            wait.in(waiter.queue());
            waiters.add(waiter);
            return wait;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletableFuture<Long> tokenElsewhere(Claim request) {
        Question<Long> question = new Question<>(SessionConnection::token);
        lock.lock();
        try {
            LockSession known = tokens;
            if (known == null || !known.queue().submit(question)) {
                tokens = begin(question, request, idleTimes::ofOthers);
            }
        } finally {
            lock.unlock();
        }
        return question.future();
    }

    private LockSession begin(Errand first, Claim claim, LongSupplier idle) {
        if (ending != null) {
            throw Failures.closed(claim);
        }
        LockSession session = new LockSession(
                new Opening(database, claim, timeouts, this::isEnding, nanoClock),
                registry,
                this,
                timeouts,
                idle,
                nanoClock);
        session.queue().submit(first);
        all.add(session);
        boolean begun = false;
        try {
            workers.executeApart(session::live);
            begun = true;
        } finally {
            if (!begun) {
                all.remove(session);
            }
        }
        return session;
    }

    @Override
    public void ended(LockSession session) {
        lock.lock();
        try {
            all.remove(session);
            waiters.remove(session);
            shared.remove(session);
            tokens = tokens == session ? null : tokens;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the application is ending, so that nobody gets a lock any more. */
    public boolean isEnding() {
        return ending != null;
    }

    public boolean isIdle() {
        return all.isEmpty();
    }

    /** Ends all sessions. */
    public void close(String reason) {
        ending = reason;
        all.forEach(session -> session.end(reason));
    }
}
