package org.advisorylock.impl.session;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMode;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.Patience;
import org.advisorylock.impl.postgres.Texts;
import org.jspecify.annotations.Nullable;

/** The session locks of this JVM on one DataSource. */
final class Sessions {

    /** Whose hold, of a key or of a permit. */
    private record Owned(Thread owner, Object what) {}

    /** How long a pool may take to give two connections. */
    static final Duration PROOF = Duration.ofSeconds(30);

    /** How long the end of the application may be held up. */
    private static final Duration LONGEST_KEPT = Duration.ofSeconds(2);

    private final LockDatabase database;
    private final Workers workers;
    private final Carriers carriers;
    private final Patience patience;
    private final LocalKeys local = new LocalKeys();
    private final Map<Owned, KeyHold> owned = new ConcurrentHashMap<>();

    Sessions(LockDatabase database, boolean dedicated, Workers workers, Patience patience) {
        this.database = database;
        this.workers = workers;
        this.carriers = new Carriers(database, dedicated, workers, patience);
        this.patience = patience;
    }

    /**
     * What tells the database from others; proved with the first request.
     *
     * @param by the same DataSource, or what its name gives now: then it is compared
     * @throws LockTimeoutException if that takes longer than the request waits
     */
    String identity(LockDatabase by, Claim request) {
        long least = Math.max(request.waitMillis(), LockDatabase.LEAST_NANOS / 1_000_000);
        Duration most = request.isUnlimited() || least > PROOF.toMillis() ? PROOF : Duration.ofMillis(least);
        try {
            return identity(by, request, most);
        } catch (AdvisoryLockException e) {
            if (e.getCause() instanceof TimeoutException) {
                String text = Message.PROOF_TIMEOUT.text(request, Texts.of(most), database);
                throw new LockTimeoutException(text, request.keys(), most, List.of(), e);
            }
            throw e;
        }
    }

    /** The same, however long the request waits. */
    String identity(LockDatabase by, Claim request, Duration most) {
        boolean anew = by.isLookedUpAnew(database);
        if (!anew && !by.isUnprovedForSessions()) {
            return by.identity();
        }
        CompletableFuture<String> answer = new CompletableFuture<>();
        workers.execute(() -> {
            try {
                String identity = by.proveSessions(request, workers);
                if (anew) {
                    by.requireHere(request);
                }
                answer.complete(identity);
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
        return new Waiting<>(answer, request, () -> {}).get(most.toNanos(), Duration.ZERO);
    }

    /** What tells the database from others; empty before it was proved. */
    String identity() {
        return database.identity();
    }

    /** Whether a thread has one of these keys. */
    boolean ownsAny(Thread owner, List<AdvisoryLockKey> keys) {
        return keys.stream().anyMatch(key -> owned.containsKey(new Owned(owner, key)));
    }

    /** Where a thread has taken a key so that it would wait for itself now; null if nowhere. */
    @Nullable
    String placeOfConflict(Thread thread, AdvisoryLockKey key, LockMode wanted) {
        KeyHold hold = owned.get(new Owned(thread, key));
        return hold != null
                        && hold.isOwnedBy(thread)
                        && (hold.mode() == LockMode.EXCLUSIVE || wanted == LockMode.EXCLUSIVE)
                ? hold.place()
                : null;
    }

    /** The same key, with its text if this JVM has it or waits for it. */
    AdvisoryLockKey named(AdvisoryLockKey key) {
        return local.asked(key) instanceof AdvisoryLockKey named ? named : key;
    }

    /**
     * Takes all keys or none.
     *
     * @param owner the thread that may take them again
     * @throws LockTimeoutException if they were not granted in time
     */
    Handle acquire(Claim request, Thread owner, String place) {
        long began = System.nanoTime();
        long deadline =
                began + Duration.ofMillis(Math.max(0, request.waitMillis())).toNanos();
        List<KeyHold> holds = new ArrayList<>();
        Claim missing = taken(request, owner, place, holds);
        if (missing != null) {
            try {
                holds.addAll(acquired(missing, request, owner, place, began, deadline));
            } catch (AdvisoryLockException e) {
                new Handle(request, holds, workers).close();
                throw e;
            }
        }
        Handle handle = new Handle(request, List.copyOf(holds), workers);
        if (handle.isLost()) {
            handle.close();
            throw handle.lost();
        }
        return handle;
    }

    /** Takes again what the thread has; gives the rest of the request, null if nothing is missing. */
    private @Nullable Claim taken(Claim request, Thread owner, String place, List<KeyHold> holds) {
        if (request.isForPermit()) {
            KeyHold hold = owned.get(new Owned(owner, semaphore(request)));
            return hold != null && take(hold, owner, holds) ? null : request;
        }
        List<AdvisoryLockKey> missing = new ArrayList<>();
        for (AdvisoryLockKey key : request.keys()) {
            KeyHold hold = owned.get(new Owned(owner, key));
            if (hold != null
                    && hold.isOwnedBy(owner)
                    && hold.mode() == LockMode.SHARED
                    && request.mode() == LockMode.EXCLUSIVE) {
                new Handle(request, holds, workers).close();
                throw new SelfDeadlockException(
                        Message.SELF_DEADLOCK_OF_UPGRADE.text(request, hold.place(), place), request.keys(), null);
            }
            if (hold == null || !take(hold, owner, holds)) {
                missing.add(key);
            }
        }
        return missing.isEmpty() ? null : request.forKeys(missing);
    }

    private static boolean take(KeyHold hold, Thread owner, List<KeyHold> holds) {
        return hold.takeAgain(owner) && holds.add(hold);
    }

    private static Permits.Semaphore semaphore(Claim request) {
        return new Permits.Semaphore(request.keys().get(0), request.slots().size());
    }

    private List<KeyHold> acquired(Claim missing, Claim whole, Thread owner, String place, long began, long deadline) {
        Reservation reservation = reserved(missing, began, deadline);
        if (reservation == null) {
            throw timeout(whole, began, List.of(), inThisJvm(missing));
        }
        Attempt attempt = attempt(missing, deadline, owner, place, reservation);
        CompletableFuture<Attempt.Outcome> outcome = new CompletableFuture<>();
        workers.execute(() -> {
            try {
                outcome.complete(attempt.run());
            } catch (Throwable e) {
                // Whatever it is, somebody waits for it.
                outcome.completeExceptionally(e);
            } finally {
                reservation.giveBackTheRest();
            }
        });
        // Granted after all, but too late for the caller.
        Waiting<Attempt.Outcome> waiting = new Waiting<>(outcome, whole, attempt::cancel);
        Attempt.Outcome came;
        try {
            came = waiting.get(
                    missing.isUnlimited() ? LocalKeys.FOR_EVER : deadline - System.nanoTime(), patience.heartbeat());
        } catch (AdvisoryLockException e) {
            Object unused = outcome.thenAcceptAsync(late -> Release.of(late.holds()), workers);
            throw e;
        }
        if (!came.isGranted()) {
            throw timeout(whole, began, came.holders(), Texts.of(came.holders()));
        }
        return came.holds();
    }

    private @Nullable Reservation reserved(Claim missing, long began, long deadline) {
        try {
            return Reservation.of(local, missing, deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.interrupted(missing, Duration.ofNanos(System.nanoTime() - began));
        }
    }

    private Attempt attempt(Claim missing, long deadline, Thread owner, String place, Reservation reservation) {
        if (missing.isForPermit()) {
            Permits.Semaphore semaphore = semaphore(missing);
            Permits slots = local.permits(semaphore);
            return new PermitAttempt(
                    carriers,
                    missing,
                    deadline,
                    (slot, carrier) -> held(new Owned(owner, semaphore), slot, missing, carrier, place, () -> {
                        Runnable release = reservation.claim(slot);
                        return () -> {
                            slots.free(slot);
                            release.run();
                        };
                    }),
                    slots);
        }
        return new KeysAttempt(
                carriers,
                missing,
                deadline,
                (key, carrier) ->
                        held(new Owned(owner, key), key, missing, carrier, place, () -> reservation.claim(key)));
    }

    private KeyHold held(
            Owned as, AdvisoryLockKey key, Claim request, Carrier carrier, String place, Supplier<Runnable> claim)
            throws SQLException {
        if (!carrier.enter()) {
            throw new SQLException(carrier.loss(), "08003");
        }
        // From here on the key is the hold's, which gives it back even if it is lost in the next line.
        Runnable afterRelease = claim.get();
        KeyHold hold = new KeyHold(key, request.mode(), carrier, place, as.owner(), self -> {
            owned.remove(as, self);
            afterRelease.run();
        });
        owned.put(as, hold);
        carrier.add(hold);
        return hold;
    }

    private LockTimeoutException timeout(Claim request, long began, List<LockInfo> holders, String held) {
        Duration waited = request.isImmediate() ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - began);
        return new LockTimeoutException(
                Message.TIMEOUT.text(request, Texts.of(waited), held), request.keys(), waited, holders, null);
    }

    private String inThisJvm(Claim request) {
        String places = owned.entrySet().stream()
                .filter(entry -> entry.getKey().what() instanceof AdvisoryLockKey key
                        ? request.keys().contains(key)
                        : request.isForPermit() && entry.getKey().what().equals(semaphore(request)))
                .limit(5)
                .map(entry -> "backend " + entry.getValue().carrier().backend() + ", a session of this JVM (taken in "
                        + entry.getValue().place() + ")")
                .distinct()
                .collect(Collectors.joining(", "));
        return places.isEmpty() ? "others of this JVM hold it or wait for it" : "held by " + places;
    }

    boolean isIdle() {
        return owned.isEmpty() && local.isEmpty() && carriers.isIdle();
    }

    void close(String reason) {
        carriers.awaitKept(LONGEST_KEPT);
        carriers.close(reason);
    }
}
