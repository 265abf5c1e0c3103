package org.advisorylock.impl.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.Patience;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.postgres.SqlErrors;
import org.jspecify.annotations.Nullable;

/** The sessions of this JVM on one DataSource: the shared one, which holds what was free at once, and those of waiters. */
final class Carriers {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** So long a wait in the server may be before the connection shows that it lives. */
    private static final Duration SLICE = Duration.ofSeconds(30);

    /** So long a waiter keeps a connection from transactions of the same pool, which the holder of its key may need to go on. */
    private static final Duration SLICE_ON_BUSINESS_POOL = Duration.ofSeconds(2);

    private static final int MOST_DEAD = 100;

    private final LockDatabase database;
    private final boolean dedicated;
    private final Workers workers;
    private final Patience patience;
    private final Semaphore waiters;
    private final AtomicBoolean counted = new AtomicBoolean();
    private final Set<Carrier> all = ConcurrentHashMap.newKeySet();
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable Carrier shared;
    private volatile @Nullable String ending;

    /** @param dedicated whether no transaction takes connections from the same DataSource */
    Carriers(LockDatabase database, boolean dedicated, Workers workers, Patience patience) {
        this.database = database;
        this.dedicated = dedicated;
        this.workers = workers;
        this.patience = patience;
        this.waiters = new Semaphore(dedicated ? Integer.MAX_VALUE : 1, true);
    }

    Duration slice() {
        return dedicated ? SLICE : SLICE_ON_BUSINESS_POOL;
    }

    /** The shared one, opened if there is none; whoever is done with it {@linkplain Carrier#leave leaves}. */
    Carrier shared(Claim request) throws SQLException {
        opening.lock();
        try {
            Carrier known = shared;
            if (known != null && known.enter()) {
                return known;
            }
            if (!dedicated && counted.compareAndSet(false, true) && database.share()) {
                LOGGER.log(Level.WARNING, Message.SHARED_POOL.text(database));
            }
            Carrier opened = open(request, this::forget);
            shared = opened;
            return opened;
        } finally {
            opening.unlock();
        }
    }

    private void forget(Carrier ended) {
        all.remove(ended);
        if (shared == ended) {
            shared = null;
        }
    }

    /**
     * One for a waiter; null if waiters have as many as they may: where transactions use the pool too, one, and that only if the pool then still has one for
     * the work that is done under the locks.
     */
    @Nullable
    CompletableFuture<Carrier> waiter(Claim request) {
        if ((!dedicated && !database.hasSpare()) || !waiters.tryAcquire()) {
            return null;
        }
        AtomicBoolean given = new AtomicBoolean();
        Runnable giveBack = () -> {
            if (given.compareAndSet(false, true)) {
                waiters.release();
            }
        };
        CompletableFuture<Carrier> opened = new CompletableFuture<>();
        workers.execute(() -> {
            try {
                opened.complete(open(request, ended -> {
                    forget(ended);
                    giveBack.run();
                }));
            } catch (Throwable e) {
                giveBack.run();
                opened.completeExceptionally(e);
            }
        });
        return opened;
    }

    private Carrier open(Claim request, Consumer<Carrier> ended) throws SQLException {
        if (ending != null) {
            throw new LockGuardException(Message.SESSION_CLOSED.text(request), request.keys(), null);
        }
        SessionConnection connection = connect(request);
        Carrier carrier = new Carrier(connection, workers, patience, ended);
        all.add(carrier);
        String late = ending;
        if (late != null) {
            carrier.destroy(late);
        }
        return carrier;
    }

    /** After a network failure or a restart of the server a pool gives out dead connections, until it has seen each of them fail. */
    private SessionConnection connect(Claim request) throws SQLException {
        long began = System.nanoTime();
        for (int dead = 0; ; dead++) {
            try {
                return SessionConnection.open(database, request, patience);
            } catch (SQLException e) {
                if (!SqlErrors.isConnectionLost(SqlErrors.state(e))
                        || dead == MOST_DEAD
                        || System.nanoTime() - began > patience.heartbeat().toNanos()) {
                    throw e;
                }
            }
        }
    }

    boolean isIdle() {
        return all.isEmpty();
    }

    /**
     * Waits for what is kept a little longer, so that a rate is kept too when a server ends. What is kept for longer than that is not waited
     * for.
     */
    void awaitKept(Duration most) {
        long end = System.nanoTime() + most.toNanos();
        while (System.nanoTime() < end
                && all.stream().flatMap(carrier -> carrier.holds().stream()).anyMatch(hold -> hold.isKeptFor(most))) {
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    /** Ends all sessions. */
    void close(String reason) {
        ending = reason;
        all.forEach(carrier -> carrier.destroy(reason));
    }
}
