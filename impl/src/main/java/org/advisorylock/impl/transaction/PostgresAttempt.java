package org.advisorylock.impl.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockEvent.WaitPlace;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.PostgresLocks;
import org.advisorylock.impl.postgres.PostgresLocks.Answer;
import org.jspecify.annotations.Nullable;

/** The part of an attempt that PostgreSQL sees: the messages of one request over one connection. */
final class PostgresAttempt {

    private final Attempt.Collaborators way;
    private final LockingTransaction transaction;
    private final LockDatabase database;
    private final Demand demand;
    private final Claim request;
    private final @Nullable KeysToTry tried;
    private final Deadline deadline;

    /** The request that the database has now: all of it, or a part. */
    private Claim asked;

    PostgresAttempt(Attempt.Collaborators way, Demand demand, @Nullable KeysToTry tried, Deadline deadline) {
        this.way = way;
        this.transaction = demand.transaction();
        this.database = demand.database();
        this.demand = demand;
        this.request = demand.request();
        this.tried = tried;
        this.deadline = deadline;
        this.asked = request;
    }

    /** Sends the request, and waits in the server until the deadline at most. */
    Answer send(Connection connection) throws SQLException {
        return request.isForPermit() ? permit(connection) : lock(connection);
    }

    /** The part of the request that was sent last. */
    Claim lastSent() {
        return asked;
    }

    private Answer lock(Connection connection) throws SQLException {
        if (tried != null) {
            return lockInParts(connection, tried.first(), tried.rest());
        }
        if (request.isImmediate() && isSharedUnderItsOwn()) {
            return way.postgres().acquire(database, connection, request.waiting(1));
        }
        if (way.postgres().isTriedFirst(database, request)) {
            Answer once = way.postgres().tryOnce(database, connection, request);
            if (once.outcome() != PostgresLocks.Result.BUSY || request.isImmediate()) {
                return once;
            }
        }
        waits();
        return way.postgres().acquire(database, connection, request.waiting(deadline.millisLeft()));
    }

    /**
     * Whether the transaction has the key in exclusive mode and wants it in shared mode. Before PostgreSQL 17 a try is
     * refused then if others wait for the key, but a wait is granted at once. It is short, because a rollback to a
     * savepoint may have freed the key.
     */
    private boolean isSharedUnderItsOwn() {
        HeldLock holding = transaction.heldLock(demand.keys()[0]);
        return request.mode() == LockMode.SHARED && holding != null && holding.mode() == LockMode.EXCLUSIVE;
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
            if (answer.outcome() != PostgresLocks.Result.GRANTED) {
                break;
            }
        }
        if (alone) {
            return answer;
        }
        if (rest != null && answer.outcome() == PostgresLocks.Result.GRANTED) {
            asked = rest;
            waits();
            answer = way.postgres().acquire(database, connection, rest.waiting(deadline.millisLeft()));
        }
        switch (answer.outcome()) {
            case GRANTED -> way.postgres().release(connection);
            case TIMED_OUT, INTERRUPTED -> way.postgres().undo(connection);
            default -> {}
        }
        return answer.outcome() == PostgresLocks.Result.BUSY ? Answer.TIMED_OUT : answer;
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
            if (any.outcome() == PostgresLocks.Result.GRANTED) {
                transaction.hold(
                        new DatabaseKey(database.identity(), slots.get(any.slot())), demand.heldLock(any.backend()));
            }
            if (any.outcome() != PostgresLocks.Result.BUSY || request.isImmediate() || deadline.isOver()) {
                return any;
            }
            waits();
            AdvisoryLockKey slot = slots.get(slots.size() - 1);
            long slice = ThreadLocalRandom.current().nextLong(50, 100);
            long wait = request.isUnlimited() ? slice : Math.min(slice, deadline.millisLeft());
            Answer waited = way.postgres()
                    .acquire(
                            database, connection, request.forKeys(List.of(slot)).waiting(wait));
            if (waited.outcome() == PostgresLocks.Result.GRANTED) {
                transaction.hold(new DatabaseKey(database.identity(), slot), demand.heldLock(waited.backend()));
            }
            if (waited.outcome() != PostgresLocks.Result.TIMED_OUT) {
                return waited;
            }
            way.postgres().undo(connection);
            if (!way.jta().isActive()) {
                throw way.jta().toEndedException(request, deadline.waited(), null);
            }
        }
    }

    private void waits() {
        if (!request.isImmediate()) {
            demand.caller().waits(WaitPlace.SERVER);
        }
    }

    private boolean isHeld(AdvisoryLockKey slot) {
        return transaction.heldLock(new DatabaseKey(database.identity(), slot)) != null;
    }
}
