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

/** The locks of a group of databases. Its rounds block, so a few threads of its own run them. */
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

    /** A worker thread owns what it took, and could take it again for somebody else. So this remembers what is held. */
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
