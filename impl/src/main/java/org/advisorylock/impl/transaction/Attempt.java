package org.advisorylock.impl.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockInfo;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.ConnectionTimeout;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.PostgresLocks;
import org.advisorylock.impl.postgres.PostgresLocks.Answer;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.impl.postgres.Texts;
import org.advisorylock.impl.transaction.Outcome.Granted;
import org.advisorylock.impl.transaction.Outcome.NotInTime;
import org.advisorylock.impl.transaction.Outcome.Refused;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the gates to PostgreSQL and back. The guards have already let its transaction pass.
 */
final class Attempt {

    /** The things that all attempts share. */
    record Way(Jta jta, PostgresLocks postgres, GateKeeper gates) {}

    private final Way way;
    private final LockingTransaction transaction;
    private final LockDatabase database;
    private final LockedKey[] keys;
    private final Claim request;
    private final Caller caller;
    private final Message onTimeout;
    private final @Nullable Tried tried;
    private final long began = System.nanoTime();

    /** The request that the database has now: all of it, or a part. */
    private Claim asked;

    /** @param tried the keys for which the call must not wait; null if there are none */
    Attempt(
            Way way,
            LockingTransaction transaction,
            LockDatabase database,
            LockedKey[] keys,
            Claim request,
            Caller caller,
            Message onTimeout,
            @Nullable Tried tried) {
        this.way = way;
        this.transaction = transaction;
        this.database = database;
        this.keys = keys;
        this.request = request;
        this.caller = caller;
        this.onTimeout = onTimeout;
        this.tried = tried;
        this.asked = request;
    }

    private long deadline() {
        return began + Math.max(0, request.waitMillis()) * 1_000_000;
    }

    /**
     * Takes the keys.
     *
     * @throws AdvisoryLockException if the transaction cannot go on
     */
    Outcome run() {
        boolean granted = false;
        try {
            LockedKey[] queues = tried == null ? keys : tried.gates(keys);
            Outcome outcome =
                    switch (way.gates().pass(transaction, queues, request, caller, deadline(), this)) {
                        case PASSED -> send();
                        case TIMED_OUT -> notInTimeAtTheGate();
                        case INTERRUPTED -> interrupted();
                        case TRANSACTION_ENDED -> throw way.jta().ended(request, waited(), null);
                    };
            if (!way.jta().isActive()) {
                // A transaction timeout during the wait can do that.
                throw way.jta().ended(request, waited(), null);
            }
            granted = outcome == Granted.GRANTED;
            return outcome;
        } finally {
            if (!granted || request.isForPermit()) {
                way.gates().turnBack(transaction, keys, this);
            }
        }
    }

    private Outcome send() {
        try (Connection connection = database.connect(request, deadline())) {
            Answer answer = request.isForPermit() ? permit(connection) : lock(connection);
            database.requirePlace(connection, answer.place(), request);
            return switch (answer.outcome()) {
                case GRANTED -> granted(answer);
                case BUSY -> notInTime(connection, false);
                case TIMED_OUT -> notInTime(connection, true);
                case INTERRUPTED -> {
                    way.postgres().undo(connection);
                    yield interrupted();
                }
                case STALE ->
                    throw new LockGuardException(
                            Message.STALE_SNAPSHOT.text(
                                    request, answer.isolation().toUpperCase(Locale.ROOT)),
                            request.keys(),
                            null);
                case STANDBY ->
                    throw new LockGuardException(Message.STANDBY.text(request, database), request.keys(), null);
            };
        } catch (ConnectionTimeout e) {
            Duration waited = waited();
            return new NotInTime(() -> new LockTimeoutException(
                    Message.NO_CONNECTION_IN_TIME.text(request, Texts.of(waited), database),
                    request.keys(),
                    waited,
                    List.of(),
                    e));
        } catch (SQLException e) {
            AdvisoryLockException told = SqlErrors.told(e, request, waited(), database);
            boolean open = way.jta().isOpen();
            way.jta().setRollbackOnly(told);
            throw open ? told : way.jta().ended(request, waited(), e);
        } catch (AdvisoryLockException e) {
            way.jta().setRollbackOnly(e);
            throw e;
        }
    }

    private Answer lock(Connection connection) throws SQLException {
        if (tried != null) {
            return lockInParts(connection, tried.first(), tried.rest());
        }
        if (way.postgres().isTriedFirst(database, request)) {
            Answer once = way.postgres().tryOnce(database, connection, request);
            if (once.outcome() != PostgresLocks.Outcome.BUSY || request.isImmediate()) {
                return once;
            }
        }
        return way.postgres().acquire(database, connection, request.waiting(millisLeft()));
    }

    /**
     * All or none. So all parts are inside a savepoint with the same name as their own, and are undone like any
     * request.
     */
    private Answer lockInParts(Connection connection, List<Claim> first, @Nullable Claim rest) throws SQLException {
        boolean alone = first.size() == 1 && rest == null;
        if (!alone) {
            way.postgres().mark(connection);
        }
        Answer answer = Answer.TIMED_OUT;
        for (Claim part : first) {
            asked = part;
            answer = way.postgres().acquire(database, connection, part);
            if (answer.outcome() != PostgresLocks.Outcome.GRANTED) {
                break;
            }
        }
        if (alone) {
            return answer;
        }
        if (rest != null && answer.outcome() == PostgresLocks.Outcome.GRANTED) {
            asked = rest;
            answer = way.postgres().acquire(database, connection, rest.waiting(millisLeft()));
        }
        switch (answer.outcome()) {
            case GRANTED -> way.postgres().release(connection);
            case TIMED_OUT, INTERRUPTED -> way.postgres().undo(connection);
            default -> {}
        }
        return answer.outcome() == PostgresLocks.Outcome.BUSY ? Answer.TIMED_OUT : answer;
    }

    /**
     * Takes a permit. It tries all slots at once, first those that the transaction has already. If none is free, it
     * waits in the server for a random one, where nobody can overtake, and then tries all again. PostgreSQL cannot wait
     * for the first of several locks.
     */
    private Answer permit(Connection connection) throws SQLException {
        while (true) {
            List<AdvisoryLockKey> slots = new ArrayList<>(request.slots());
            Collections.shuffle(slots);
            slots.sort(Comparator.comparing(slot -> !isHeld(slot)));
            Answer any = way.postgres().acquireAny(database, connection, slots, request);
            if (any.outcome() == PostgresLocks.Outcome.GRANTED) {
                transaction.hold(new LockedKey(database.identity(), slots.get(any.slot())), holding(any));
            }
            if (any.outcome() != PostgresLocks.Outcome.BUSY || request.isImmediate() || isOver()) {
                return any;
            }
            AdvisoryLockKey slot = slots.get(slots.size() - 1);
            long slice = ThreadLocalRandom.current().nextLong(50, 100);
            long wait = request.isUnlimited() ? slice : Math.min(slice, millisLeft());
            Answer waited = way.postgres()
                    .acquire(
                            database, connection, request.forKeys(List.of(slot)).waiting(wait));
            if (waited.outcome() == PostgresLocks.Outcome.GRANTED) {
                transaction.hold(new LockedKey(database.identity(), slot), holding(waited));
            }
            if (waited.outcome() != PostgresLocks.Outcome.TIMED_OUT) {
                return waited;
            }
            way.postgres().undo(connection);
            if (!way.jta().isActive()) {
                throw way.jta().ended(request, waited(), null);
            }
        }
    }

    private boolean isHeld(AdvisoryLockKey slot) {
        return transaction.holding(new LockedKey(database.identity(), slot)) != null;
    }

    private boolean isOver() {
        return !request.isUnlimited() && deadline() - System.nanoTime() <= 0;
    }

    /** The milliseconds that are left. Zero would mean to try once, so the rest of a longer wait is never zero. */
    private long millisLeft() {
        long wait = request.waitMillis();
        return wait <= 0 ? wait : Math.max(1, Math.min(wait, (deadline() - System.nanoTime() + 999_999) / 1_000_000));
    }

    private Outcome granted(Answer answer) {
        if (caller.place() instanceof PlaceInCode code) {
            code.isUnder(transaction.innermost());
        }
        Holding holding = holding(answer);
        for (LockedKey key : keys) {
            transaction.hold(key, holding);
        }
        if (!request.isForPermit() && (tried != null || request.isImmediate())) {
            way.gates().settle(transaction, keys, request, this);
        }
        return Granted.GRANTED;
    }

    private Holding holding(Answer answer) {
        return new Holding(database, request.mode(), caller.place(), answer.backend(), System.currentTimeMillis());
    }

    /** Reads who holds the keys, unless the caller does not want to know: only this connection can tell. */
    private Outcome notInTime(Connection connection, boolean undo) throws SQLException {
        Duration waited = waited();
        List<LockInfo> holders = List.of();
        if (!request.isQuiet()) {
            holders =
                    way.postgres().readHolders(connection, request.isForPermit() ? request.forAllSlots() : asked, undo);
            if (request.isForPermit()) {
                holders = database.otherPermits().tellOf(request, holders);
            }
        } else if (undo) {
            way.postgres().undo(connection);
        }
        NotInTime late = notInTime(waited, holders, Texts.of(holders));
        return tried != null && tried.keys().containsAll(asked.keys()) ? tried.refusal(caller.place(), late) : late;
    }

    /**
     * There is no connection here yet. A connection only for the message might have to wait for the same transactions
     * that the message is about.
     */
    private NotInTime notInTimeAtTheGate() {
        List<Holding> holdings = request.isQuiet() ? List.of() : way.gates().holdings(keys);
        String held = holdings.isEmpty()
                ? "other transactions of this JVM wait for it"
                : holdings.stream()
                        .map(holding -> "backend " + holding.backend() + ", a transaction of this JVM (taken in "
                                + holding.place() + ", since "
                                + Texts.of(Duration.ofMillis(System.currentTimeMillis() - holding.sinceMillis())) + ")")
                        .distinct()
                        .collect(Collectors.joining(", ", "held by ", ""));
        return notInTime(waited(), List.of(), held);
    }

    private NotInTime notInTime(Duration waited, List<LockInfo> holders, String held) {
        return new NotInTime(() -> new LockTimeoutException(
                onTimeout.text(request, Texts.of(waited), held), request.keys(), waited, holders, null));
    }

    private Outcome interrupted() {
        Duration waited = waited();
        return new Refused(() ->
                new AdvisoryLockException(Message.INTERRUPTED.text(request, Texts.of(waited)), request.keys(), null));
    }

    private Duration waited() {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
