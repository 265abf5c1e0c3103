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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.LockRequest;
import org.advisorylock.impl.postgres.SessionConnection;
import org.jspecify.annotations.Nullable;

/** The sessions of this JVM on one DataSource: the shared one, which holds what was free at once, and those of waiters. */
final class Carriers {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** So long a wait in the server may be before the connection shows that it lives. */
    private static final Duration SLICE = Duration.ofSeconds(30);

    /** So long a waiter keeps a connection from transactions of the same pool, which the holder of its key may need to go on. */
    private static final Duration SLICE_ON_BUSINESS_POOL = Duration.ofSeconds(2);

    private final LockDatabase database;
    private final boolean dedicated;
    private final Workers workers;
    private final Duration heartbeat;
    private final Semaphore waiters;
    private final AtomicBoolean warned = new AtomicBoolean();
    private final Set<Carrier> all = ConcurrentHashMap.newKeySet();
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable Carrier shared;

    /** @param dedicated whether no transaction takes connections from the same DataSource */
    Carriers(LockDatabase database, boolean dedicated, Workers workers, Duration heartbeat) {
        this.database = database;
        this.dedicated = dedicated;
        this.workers = workers;
        this.heartbeat = heartbeat;
        this.waiters = new Semaphore(dedicated ? Integer.MAX_VALUE : 1, true);
    }

    Duration slice() {
        return dedicated ? SLICE : SLICE_ON_BUSINESS_POOL;
    }

    /** The shared one, opened if there is none; whoever is done with it {@linkplain Carrier#leave leaves}. */
    Carrier shared(LockRequest request) throws SQLException {
        opening.lock();
        try {
            Carrier known = shared;
            if (known != null && known.enter()) {
                return known;
            }
            if (!dedicated && warned.compareAndSet(false, true)) {
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

    /** One for a waiter; null if waiters have as many as they may. */
    @Nullable
    CompletableFuture<Carrier> waiter(LockRequest request) {
        if (!waiters.tryAcquire()) {
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
            } catch (SQLException | RuntimeException e) {
                giveBack.run();
                opened.completeExceptionally(e);
            }
        });
        return opened;
    }

    private Carrier open(LockRequest request, Consumer<Carrier> ended) throws SQLException {
        Carrier carrier = new Carrier(SessionConnection.open(database, request, heartbeat), workers, heartbeat, ended);
        all.add(carrier);
        return carrier;
    }

    /** Ends all sessions. */
    void close(String reason) {
        all.forEach(carrier -> carrier.destroy(reason));
    }
}
