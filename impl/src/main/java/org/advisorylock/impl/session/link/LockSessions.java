package org.advisorylock.impl.session.link;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMode;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.OtherPermits;
import org.advisorylock.impl.postgres.Patience;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.impl.session.hold.Ask;
import org.advisorylock.impl.session.hold.Failures;
import org.advisorylock.impl.session.hold.Holds;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of this JVM on one DataSource, few however many ask: the shared one, which keeps all that was free at once; those of waiters, each of which waits for one
 * request and then keeps what that got; and for a moment one that asks for tokens. Safe for use by several threads; nothing blocks.
 */
public final class LockSessions implements LockSession.Owner {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** So long a wait in the server may be before the connection shows that it lives. */
    private static final Duration SLICE = Duration.ofSeconds(30);

    /** So long a waiter keeps a connection from transactions of the same pool, which the holder of its key may need to go on. */
    private static final Duration SLICE_ON_BUSINESS_POOL = Duration.ofSeconds(2);

    /** So many requests wait in the server at a time; the others ask now and then. */
    private static final int MOST_WAITERS = 8;

    private static final int MOST_DEAD = 100;

    /** Opening one takes longer than what is done in it. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final LockDatabase database;
    private final boolean dedicated;
    private final Holds registry;
    private final Workers workers;
    private final Patience patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<LockSession> all = ConcurrentHashMap.newKeySet();
    private final Set<LockSession> waiters = ConcurrentHashMap.newKeySet();
    private @Nullable LockSession shared;
    private @Nullable LockSession tokens;
    private boolean counted;
    private volatile @Nullable String ending;

    /** @param dedicated whether no transaction takes connections from the same DataSource */
    public LockSessions(LockDatabase database, boolean dedicated, Holds registry, Workers workers, Patience patience) {
        this.database = database;
        this.dedicated = dedicated;
        this.registry = registry;
        this.workers = workers;
        this.patience = patience;
    }

    /** Where it is noted what they hold, and for whom. */
    public Holds registry() {
        return registry;
    }

    public Workers workers() {
        return workers;
    }

    /** Has the shared session try what a request wants, once. */
    public void tryOnce(Ask ask, Acquire.Answer answer) {
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
        OtherPermits others = database.otherPermits();
        if (others.isDue(claim, patience.heartbeat())) {
            Object unused = readHolders(claim.forAllSlots()).thenAccept(holders -> others.tellOf(claim, holders));
        }
    }

    /** Who holds the keys of a request, other than the shared session. */
    public CompletableFuture<List<LockInfo>> readHolders(Claim claim) {
        Question<List<LockInfo>> question = new Question<>(connection -> connection.readHolders(claim));
        onShared(question, claim);
        return question.future();
    }

    private void onShared(Errand errand, Claim claim) {
        lock.lock();
        try {
            LockSession known = shared;
            if (known != null && known.queue().submit(errand)) {
                return;
            }
            if (!dedicated && !counted && database.share()) {
                LOGGER.log(Level.WARNING, Message.SHARED_POOL.text(database));
            }
            counted = true;
            shared = begin(errand, claim);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has a session wait in the server for what a request wants.
     *
     * @param limit makes the time that a wait may take shorter, asked when it begins
     * @return null if as many wait as may: where transactions use the pool too, one, and that only if the pool then still has one for the work that is done
     *     under the locks
     */
    public @Nullable Wait await(Ask ask, Acquire.Answer answer, UnaryOperator<Duration> limit) {
        Duration slice = dedicated ? SLICE : SLICE_ON_BUSINESS_POOL;
        Wait wait = new Wait(registry, ask, answer, () -> limit.apply(slice));
        lock.lock();
        try {
            for (LockSession waiter : waiters) {
                if (waiter.queue().submitIfIdle(wait)) {
                    wait.in(waiter.queue());
                    return wait;
                }
            }
            // With those that keep what they waited for: it is their connections that are few.
            int most = dedicated ? MOST_WAITERS : database.hasSpare() ? 1 : 0;
            if (waiters.size() >= most) {
                return null;
            }
            LockSession waiter = begin(wait, ask.claim());
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
                tokens = begin(question, request);
            }
        } finally {
            lock.unlock();
        }
        return question.future();
    }

    private LockSession begin(Errand first, Claim claim) {
        if (ending != null) {
            throw Failures.closed(claim);
        }
        LockSession session =
                new LockSession(() -> open(claim), registry, this, patience, dedicated ? LINGER : Duration.ZERO);
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

    private SessionConnection open(Claim claim) throws SQLException {
        if (ending != null) {
            throw Failures.closed(claim);
        }
        return connect(claim);
    }

    /** After a network failure or a restart of the server a pool gives out dead connections, until it has seen each of them fail. */
    private SessionConnection connect(Claim claim) throws SQLException {
        long began = System.nanoTime();
        for (int dead = 0; ; dead++) {
            try {
                return SessionConnection.open(database, claim, patience);
            } catch (SQLException e) {
                if (!SqlErrors.isConnectionLost(SqlErrors.state(e))
                        || dead == MOST_DEAD
                        || System.nanoTime() - began > patience.heartbeat().toNanos()) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void ended(LockSession session) {
        lock.lock();
        try {
            all.remove(session);
            waiters.remove(session);
            shared = shared == session ? null : shared;
            tokens = tokens == session ? null : tokens;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the application ends, so that nothing is to be had any more. */
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
