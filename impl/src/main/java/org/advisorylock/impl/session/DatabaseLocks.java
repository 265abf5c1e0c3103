package org.advisorylock.impl.session;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.advisorylock.LockInfo;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.event.Story;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.impl.postgres.Wording;
import org.advisorylock.impl.session.hold.Failures;
import org.advisorylock.impl.session.hold.Handle;
import org.advisorylock.impl.session.hold.Holds;
import org.advisorylock.impl.session.link.LockSessions;
import org.advisorylock.impl.session.link.Workers;
import org.jspecify.annotations.Nullable;

/** The session locks of this JVM on one DataSource. */
public final class DatabaseLocks {

    /** How long a pool may take to give two connections. */
    public static final Duration PROOF = Duration.ofSeconds(30);

    /** How long the end of the application may be delayed. */
    private static final Duration LONGEST_KEPT = Duration.ofSeconds(2);

    /**
     * A question to a DataSource. At the caller's deadline the caller goes on, but the DataSource may still be busy
     * with it.
     */
    private interface Checking {
        String check() throws Exception;
    }

    private final LockDatabase database;
    private final Workers workers;
    private final SessionTimeouts timeouts;
    private final LongSupplier nanoClock;
    private final Holds holds;
    private final LockSessions sessions;
    private final Set<Acquisition> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable CompletableFuture<String>> proving = new AtomicReference<>();
    private volatile @Nullable String ending;

    DatabaseLocks(
            LockDatabase database,
            boolean dedicated,
            Workers workers,
            SessionTimeouts timeouts,
            LongSupplier nanoClock) {
        this.database = database;
        this.workers = workers;
        this.timeouts = timeouts;
        this.nanoClock = nanoClock;
        this.holds = new Holds(workers, timeouts.heartbeat(), nanoClock);
        this.sessions = new LockSessions(database, dedicated, holds, workers, timeouts, nanoClock);
    }

    /** What this JVM holds and asks for on this DataSource. */
    public Holds holds() {
        return holds;
    }

    /**
     * The identity of the database. The first request proves it.
     *
     * @param by the same DataSource, or what its name gives now: then it is compared
     * @throws LockTimeoutException if that takes longer than the request waits
     */
    String identity(LockDatabase by, Claim request) {
        long least = Math.max(request.waitMillis(), LockDatabase.LEAST_NANOS / 1_000_000);
        Duration most = request.isUnlimited() || least > PROOF.toMillis() ? PROOF : Duration.ofMillis(least);
        String proved = identity(by, request, most);
        if (proved == null) {
            String text = CallMessage.PROOF_TIMEOUT.text(request, Wording.describe(most), database);
            throw new LockTimeoutException(text, request.keys(), most, List.of(), null);
        }
        return proved;
    }

    /** The same with another limit of time. Null if it was not proved by then. */
    public @Nullable String identity(LockDatabase by, Claim request, Duration most) {
        CompletableFuture<String> answer = prove(by, request);
        long began = nanoClock.getAsLong();
        try {
            return answer.get(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.interrupted(request, Duration.ofNanos(nanoClock.getAsLong() - began));
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            throw Failures.toException(e.getCause(), request);
        }
    }

    /** The same, without blocking. */
    CompletableFuture<String> prove(LockDatabase by, Claim request) {
        if (by.isLookedUpAnew(database)) {
            return asked(() -> {
                String identity = by.proveSessions(request, workers);
                by.requireHere(request);
                return identity;
            });
        }
        return by.isUnprovedForSessions() ? proof(by, request) : CompletableFuture.completedFuture(by.identity());
    }

    /** All callers wait for one proof. If connections hang, each proof would hang. */
    private CompletableFuture<String> proof(LockDatabase by, Claim request) {
        CompletableFuture<String> mine = new CompletableFuture<>();
        CompletableFuture<String> known = proving.compareAndExchange(null, mine);
        if (known != null) {
            return known;
        }
        Object unused = mine.whenComplete((identity, failure) -> proving.set(null));
        ask(mine, () -> by.proveSessions(request, workers));
        return mine;
    }

    private CompletableFuture<String> asked(Checking question) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        ask(answer, question);
        return answer;
    }

    private void ask(CompletableFuture<String> answer, Checking question) {
        try {
            workers.execute(() -> {
                try {
                    answer.complete(question.check());
                } catch (Throwable e) {
                    answer.completeExceptionally(e);
                }
            });
        } catch (Throwable e) {
            answer.completeExceptionally(e);
        }
    }

    /** The identity of the database. Empty before it was proved. */
    public String identity() {
        return database.identity();
    }

    /**
     * Takes all keys or none, waiting no longer than the request does.
     *
     * @param owner the thread that may take them again
     * @param began when the caller asked, by the clock
     * @param story what listeners hear; null if nobody listens
     * @throws LockTimeoutException if they were not granted in time
     */
    public Handle acquire(Claim request, Thread owner, String place, long began, @Nullable Story story) {
        Acquisition acquisition = start(request, owner, place, began, true, story);
        Handle handle = new CallerWait(acquisition, timeouts, nanoClock, began).await();
        if (handle != null) {
            return handle;
        }
        throw refusal(request, acquisition, began);
    }

    /** The same, but null if they were not granted in time. Without an exception that is faster. */
    @Nullable
    Handle tryAcquire(Claim request, Thread owner, String place, long began, @Nullable Story story) {
        return new CallerWait(start(request, owner, place, began, true, story), timeouts, nanoClock, began).await();
    }

    private LockTimeoutException refusal(Claim request, Acquisition acquisition, long began) {
        Duration waited = request.isImmediate() ? Duration.ZERO : Duration.ofNanos(nanoClock.getAsLong() - began);
        List<LockInfo> holders = acquisition.holders();
        String held = holders.isEmpty() && !request.isQuiet() ? holds.inTheWay(request) : Wording.describe(holders);
        return new LockTimeoutException(
                CallMessage.TIMEOUT.text(request, Wording.describe(waited), held),
                request.keys(),
                waited,
                holders,
                null);
    }

    /**
     * Tries once, without blocking.
     *
     * @param request one that does not wait
     * @return the lock, which no thread owns, or empty if somebody has it
     */
    public CompletionStage<Optional<Handle>> tryOnce(Claim request, String place) {
        return start(request, null, place, nanoClock.getAsLong(), false, null)
                .once()
                .thenApply(Optional::ofNullable);
    }

    /** Puts a request in line, without blocking. */
    public PendingLock queue(Claim request, String place) {
        return new PendingLock(start(request, null, place, nanoClock.getAsLong(), false, null));
    }

    private Acquisition start(
            Claim request, @Nullable Thread owner, String place, long began, boolean mayBlock, @Nullable Story story) {
        Acquisition acquisition = new Acquisition(sessions, request, owner, place, began, story);
        open.add(acquisition);
        Object unused = acquisition.answered().whenComplete((holders, failure) -> open.remove(acquisition));
        try {
            acquisition.start(mayBlock);
        } catch (Throwable e) {
            open.remove(acquisition);
            // The server may have been asked already.
            acquisition.abandon();
            throw e;
        }
        String reason = ending;
        if (reason != null) {
            acquisition.refuse(Failures.closed(request));
        }
        return acquisition;
    }

    boolean isIdle() {
        return holds.isIdle() && sessions.isIdle() && open.isEmpty();
    }

    /**
     * Ends all sessions. It first waits for locks that holdAtLeast keeps a little longer, so that a rate holds when a
     * server ends.
     */
    void close(String reason) {
        long end = nanoClock.getAsLong() + LONGEST_KEPT.toNanos();
        while (nanoClock.getAsLong() < end && holds.isAnyKeptFor(LONGEST_KEPT)) {
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
        ending = reason;
        sessions.close(reason);
        open.forEach(acquisition ->
                acquisition.refuse(Failures.closed(acquisition.ask().claim())));
    }
}
