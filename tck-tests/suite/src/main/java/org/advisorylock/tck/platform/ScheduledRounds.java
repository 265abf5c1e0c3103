package org.advisorylock.tck.platform;

import jakarta.enterprise.concurrent.Asynchronous;
import jakarta.enterprise.concurrent.Schedule;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockScope;
import org.advisorylock.tck.Database;
import org.jspecify.annotations.Nullable;

/** Works by a schedule, each second, where the runtime has schedules (Jakarta EE 11), else once. */
@ApplicationScoped
public class ScheduledRounds {

    private final List<List<AdvisoryLockKey>> held = new CopyOnWriteArrayList<>();
    private final AtomicInteger unlockedRuns = new AtomicInteger();

    @Inject
    Database database;

    /** Without a lock: has a result after the second run, so that it shows whether the runtime has schedules. */
    @Asynchronous(runAt = @Schedule(cron = "* * * * * *"))
    public @Nullable CompletableFuture<Boolean> unlocked() {
        return unlockedRuns.incrementAndGet() < 2 ? null : Asynchronous.Result.complete(true);
    }

    /** Gives the keys that were held in each run, after the last one. */
    @Asynchronous(runAt = @Schedule(cron = "* * * * * *"))
    @Transactional(TxType.REQUIRES_NEW)
    @AdvisoryLock("round:{id}")
    public @Nullable CompletableFuture<List<List<AdvisoryLockKey>>> inTransaction(int id, int last) {
        return run(last);
    }

    /** The same without a transaction. */
    @Asynchronous(runAt = @Schedule(cron = "* * * * * *"))
    @AdvisoryLock(value = "round:{id}", scope = LockScope.SESSION)
    public @Nullable CompletableFuture<List<List<AdvisoryLockKey>>> inSession(int id, int last) {
        return run(last);
    }

    /** Does not wait. */
    @Asynchronous(runAt = @Schedule(cron = "* * * * * *"))
    @Transactional(TxType.REQUIRES_NEW)
    @AdvisoryLock(value = "round:{id}", accessTimeout = AdvisoryLock.IMMEDIATE)
    public @Nullable CompletableFuture<List<List<AdvisoryLockKey>>> atOnce(int id, int last) {
        return run(last);
    }

    private @Nullable CompletableFuture<List<List<AdvisoryLockKey>>> run(int last) {
        held.add(database.heldKeys());
        if (held.size() < last) {
            // No result: the schedule goes on.
            return null;
        }
        List<List<AdvisoryLockKey>> all = List.copyOf(held);
        held.clear();
        return Asynchronous.Result.complete(all);
    }
}
