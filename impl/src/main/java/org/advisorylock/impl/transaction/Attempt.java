package org.advisorylock.impl.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockInfo;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.event.Story;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.ConnectionTimeout;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.PostgresLocks;
import org.advisorylock.impl.postgres.PostgresLocks.Answer;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.impl.postgres.Wording;
import org.advisorylock.impl.transaction.Outcome.Granted;
import org.advisorylock.impl.transaction.Outcome.NotInTime;
import org.advisorylock.impl.transaction.Outcome.Refused;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the gates to PostgreSQL and back. The guards have already let its transaction pass.
 */
final class Attempt {

    /** The things that all attempts share. */
    record Collaborators(Jta jta, PostgresLocks postgres, GateKeeper gates) {}

    private final Collaborators way;
    private final Demand demand;
    private final DatabaseKey[] keys;
    private final Claim request;
    private final CallMessage onTimeout;
    private final @Nullable KeysToTry tried;
    private final Deadline deadline;

    /**
     * @param onTimeout the message for a request that is not granted in time
     * @param tried the keys for which the call must not wait; null if there are none
     */
    Attempt(Collaborators way, Demand demand, CallMessage onTimeout, @Nullable KeysToTry tried) {
        this.way = way;
        this.demand = demand;
        this.keys = demand.keys();
        this.request = demand.request();
        this.onTimeout = onTimeout;
        this.tried = tried;
        this.deadline = demand.deadline();
    }

    /**
     * Takes the keys.
     *
     * @throws AdvisoryLockException if the transaction cannot go on
     */
    Outcome run() {
        boolean granted = false;
        try {
            DatabaseKey[] queues = tried == null ? keys : tried.gates(keys);
            Outcome outcome =
                    switch (way.gates()
                            .pass(demand.transaction(), queues, request, demand.caller(), deadline.nanoTime(), this)) {
                        case PASSED -> send();
                        case TIMED_OUT -> toNotInTimeAtTheGate();
                        case INTERRUPTED -> toInterrupted();
                        case TRANSACTION_ENDED -> throw way.jta().toEndedException(request, deadline.waited(), null);
                    };
            if (!way.jta().isActive()) {
                // A transaction timeout during the wait can do that.
                throw way.jta().toEndedException(request, deadline.waited(), null);
            }
            granted = outcome == Granted.GRANTED;
            return outcome;
        } finally {
            if (!granted || request.isForPermit()) {
                way.gates().turnBack(demand.transaction(), keys, this);
            }
        }
    }

    private Outcome send() {
        LockDatabase database = demand.database();
        try (Connection connection = database.connect(request, deadline.nanoTime())) {
            PostgresAttempt postgres = new PostgresAttempt(way, demand, tried, deadline);
            Answer answer = postgres.send(connection);
            database.requirePlace(connection, answer.place(), request);
            return switch (answer.outcome()) {
                case GRANTED -> noteGrant(connection, answer);
                case BUSY -> toNotInTime(connection, postgres.lastSent(), false);
                case TIMED_OUT -> toNotInTime(connection, postgres.lastSent(), true);
                case INTERRUPTED -> {
                    way.postgres().undo(connection);
                    yield toInterrupted();
                }
                case STALE ->
                    throw new LockGuardException(
                            CallMessage.STALE_SNAPSHOT.text(
                                    request, answer.isolation().toUpperCase(Locale.ROOT)),
                            request.keys(),
                            null);
                case STANDBY ->
                    throw new LockGuardException(CallMessage.STANDBY.text(request, database), request.keys(), null);
            };
        } catch (ConnectionTimeout e) {
            Duration waited = deadline.waited();
            return new NotInTime(() -> new LockTimeoutException(
                    CallMessage.NO_CONNECTION_IN_TIME.text(request, Wording.describe(waited), database),
                    request.keys(),
                    waited,
                    List.of(),
                    e));
        } catch (SQLException e) {
            AdvisoryLockException told = SqlErrors.toException(e, request, deadline.waited(), database);
            boolean open = way.jta().isOpen();
            way.jta().setRollbackOnly(told);
            throw open ? told : way.jta().toEndedException(request, deadline.waited(), e);
        } catch (AdvisoryLockException e) {
            way.jta().setRollbackOnly(e);
            throw e;
        }
    }

    private Outcome noteGrant(Connection connection, Answer answer) {
        if (demand.caller().place() instanceof PlaceInCode code) {
            code.isUnder(demand.transaction().innermost());
        }
        HeldLock holding = demand.heldLock(answer.backend());
        demand.transaction().hold(keys, holding);
        Story story = demand.caller().story();
        if (story != null) {
            demand.transaction().begin(ToldLock.of(story, demand.database(), request, connection));
        }
        if (!request.isForPermit() && (tried != null || request.isImmediate())) {
            way.gates().settle(demand.transaction(), keys, request, this);
        }
        return Granted.GRANTED;
    }

    /** Reads who holds the keys, unless the caller does not want to know: only this connection can tell. */
    private Outcome toNotInTime(Connection connection, Claim asked, boolean undo) throws SQLException {
        Duration waited = deadline.waited();
        List<LockInfo> holders = List.of();
        if (!request.isQuiet()) {
            holders =
                    way.postgres().readHolders(connection, request.isForPermit() ? request.forAllSlots() : asked, undo);
            if (request.isForPermit()) {
                holders = demand.database().otherPermits().warnOf(request, holders);
            }
        } else if (undo) {
            way.postgres().undo(connection);
        }
        NotInTime late = toNotInTime(waited, holders, Wording.describe(holders));
        return tried != null && tried.keys().containsAll(asked.keys())
                ? tried.refusal(demand.caller().place(), late)
                : late;
    }

    /**
     * There is no connection here yet. A connection only for the message might have to wait for the same transactions
     * that the message is about.
     */
    private NotInTime toNotInTimeAtTheGate() {
        List<HeldLock> heldLocks = request.isQuiet() ? List.of() : way.gates().heldLocks(keys);
        String held = heldLocks.isEmpty()
                ? "other transactions of this JVM wait for it"
                : heldLocks.stream()
                        .map(holding -> "backend " + holding.backend() + ", a transaction of this JVM (taken in "
                                + holding.place() + ", since "
                                + Wording.describe(Duration.ofNanos(deadline.now() - holding.since())) + ")")
                        .distinct()
                        .collect(Collectors.joining(", ", "held by ", ""));
        return toNotInTime(deadline.waited(), List.of(), held);
    }

    private NotInTime toNotInTime(Duration waited, List<LockInfo> holders, String held) {
        return new NotInTime(() -> new LockTimeoutException(
                onTimeout.text(request, Wording.describe(waited), held), request.keys(), waited, holders, null));
    }

    private Outcome toInterrupted() {
        Duration waited = deadline.waited();
        return new Refused(() -> new AdvisoryLockException(
                CallMessage.INTERRUPTED.text(request, Wording.describe(waited)), request.keys(), null));
    }
}
