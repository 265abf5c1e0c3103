package org.advisorylock.impl.session;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockHandle;
import org.advisorylock.LockRequest;
import org.advisorylock.SessionLocks;
import org.advisorylock.impl.Daemons;
import org.advisorylock.impl.session.hold.LosableHandle;

/** Asks a group of databases, whose rounds block, in a few threads. */
final class WorkerLocks implements AsyncLocks {

    private static final int THREADS = 2;
    private static final long IDLE_SECONDS = 10;

    private final SessionLocks locks;
    private final ThreadPoolExecutor workers = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> Daemons.of("advisory-lock-election-worker", work));

    /** A worker owns what it has taken, and would be given it again for somebody else. */
    private final Map<AdvisoryLockKey, LockHandle> held = new ConcurrentHashMap<>();

    WorkerLocks(SessionLocks locks) {
        this.locks = locks;
        workers.allowCoreThreadTimeOut(true);
    }

    @Override
    public CompletionStage<Optional<LockHandle>> tryOnce(AdvisoryLockKey key) {
        return CompletableFuture.supplyAsync(
                () -> {
                    LockHandle known = held.get(key);
                    if (known != null && LosableHandle.lossOf(known) == null) {
                        return Optional.empty();
                    }
                    Optional<LockHandle> taken = locks.tryAcquire(LockRequest.of(key), Duration.ZERO);
                    taken.ifPresent(handle -> held.put(key, handle));
                    return taken;
                },
                workers);
    }

    @Override
    public CompletionStage<Long> token(LockHandle handle) {
        return CompletableFuture.supplyAsync(handle::fencingToken, workers);
    }

    @Override
    public CompletionStage<Void> release(LockHandle handle) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        handle.close();
                    } finally {
                        held.values().remove(handle);
                    }
                },
                workers);
    }
}
