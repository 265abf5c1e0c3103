package org.advisorylock.impl.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.PostgresLocks;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.impl.postgres.Wording;
import org.advisorylock.impl.transaction.Outcome.Granted;
import org.advisorylock.impl.transaction.Outcome.NotInTime;
import org.advisorylock.spi.KeyCollector;
import org.jspecify.annotations.Nullable;

/**
 * Takes locks in the active JTA transaction, after its guards have checked the call. Safe for use by several threads.
 */
public final class TransactionLocker {

    /** The session locks of the current thread. A lock of its transaction would wait for them. */
    @FunctionalInterface
    public interface SessionsOfThread {
        /** The place that took one of the keys; null if the thread holds none. */
        @Nullable
        String placeOfConflict(String database, Claim request);
    }

    private final Jta jta;
    private final PostgresLocks postgres;
    private final int maxKeys;
    private final Attempt.Collaborators way;
    private final Transactions transactions;
    private final SessionsOfThread sessions;
    private final OwnSharedLocks shared;
    private final LockOrder order = new LockOrder();
    private final LongSupplier nanoClock = System::nanoTime;

    /**
     * @param gated whether transactions of this JVM queue for a key before they take a connection
     * @param maxKeys how many keys a call or a transaction may hold
     */
    public TransactionLocker(Jta jta, PostgresLocks postgres, boolean gated, int maxKeys, SessionsOfThread sessions) {
        this.jta = jta;
        this.postgres = postgres;
        this.maxKeys = maxKeys;
        this.sessions = sessions;
        Gates queues = new Gates(nanoClock);
        this.way = new Attempt.Collaborators(jta, postgres, new GateKeeper(queues, gated, nanoClock));
        this.transactions = new Transactions(jta, queues);
        this.shared = new OwnSharedLocks(transactions, sessions);
    }

    /**
     * Takes the keys.
     *
     * @throws LockTimeoutException if they are not granted in time
     */
    public LockedCall acquire(LockDatabase database, Claim request, Caller caller) {
        LockingTransaction transaction = enter(request);
        Outcome outcome = attempt(transaction, database, request, caller);
        requireGranted(outcome);
        return new LockedCall(transaction, database, request, caller.place());
    }

    /** Takes the keys; null if they are not granted in time. */
    public @Nullable LockedCall tryAcquire(LockDatabase database, Claim request, Caller caller) {
        LockingTransaction transaction = enter(request);
        Outcome outcome = attempt(transaction, database, request.quietly(), caller);
        if (outcome instanceof NotInTime) {
            return null;
        }
        requireGranted(outcome);
        return new LockedCall(transaction, database, request, caller.place());
    }

    /** Whatever is not granted throws, so no new kind of outcome can pass for a lock. */
    private static void requireGranted(Outcome outcome) {
        if (outcome != Granted.GRANTED) {
            throw outcome.toException();
        }
    }

    private LockingTransaction enter(Claim request) {
        jta.requireActive(request);
        requireFew(request.keys().size(), "call");
        return transactions.current();
    }

    private void requireFew(int keys, String where) {
        if (keys > maxKeys) {
            throw KeyCollector.tooMany(keys, where, maxKeys);
        }
    }

    private Outcome attempt(LockingTransaction transaction, LockDatabase database, Claim asked, Caller caller) {
        Claim request = asked;
        if (transaction.isCovered(database, request)) {
            requireItsSession(transaction, database, request);
            return Granted.GRANTED;
        }
        if (database.isUnproved()) {
            Deadline deadline = new Deadline(request, nanoClock);
            Outcome proof = prove(database, request, deadline);
            if (proof != Granted.GRANTED) {
                return proof;
            }
            request = request.waiting(deadline.millisLeft());
        }
        return attemptProved(transaction, database, request, caller);
    }

    private Outcome attemptProved(LockingTransaction transaction, LockDatabase database, Claim request, Caller caller) {
        DatabaseKey[] keys = DatabaseKey.of(database.identity(), request);
        requireFew(transaction.countWith(keys), "transaction");
        if (request.isForPermit()) {
            transaction.ask(DatabaseKey.of(database.identity(), request.forKeys(request.slots())));
        } else {
            transactions.refuseSelfDeadlock(transaction, keys, request, caller.place());
        }
        String session = sessions.placeOfConflict(database.identity(), request);
        if (session != null) {
            throw new SelfDeadlockException(
                    CallMessage.SELF_DEADLOCK_WITH_SESSION.text(request, session, caller.place()),
                    request.keys(),
                    null);
        }
        Map<DatabaseKey, HeldLock> held = transaction.held();
        if (!held.isEmpty()) {
            refuseOtherSession(held, database, keys, request, caller);
            order.watch(held, keys, caller);
        }
        transaction.ask(keys);

        Claim bounded = jta.withinTimeout(request);
        CallMessage onTimeout =
                bounded.waitMillis() == request.waitMillis() ? CallMessage.TIMEOUT : CallMessage.TIMEOUT_OF_TRANSACTION;
        // Only what it holds in shared mode keeps an exclusive request from waiting.
        KeysToTry tried = held.isEmpty() && request.mode() == LockMode.EXCLUSIVE
                ? null
                : shared.find(transaction, database, keys, bounded);
        Deadline deadline = new Deadline(bounded, nanoClock);
        return new Attempt(way, new Demand(transaction, database, keys, bounded, caller, deadline), onTimeout, tried)
                .run();
    }

    /**
     * The place where a transaction of this thread, active or suspended, has taken a key that a session lock would wait
     * for; null if there is none.
     */
    public @Nullable String placeOfConflict(String database, Claim request) {
        return transactions.placeOfConflict(database, request);
    }

    /** The transactions that the current thread has, for {@link #detachSince}; null if there are none. */
    public @Nullable Object ofThread() {
        return transactions.ofThread();
    }

    /**
     * After an annotated call: a transaction that the call has begun may not have ended and not be active here. It goes
     * on without this thread, until its result is there, so nothing on this thread waits for it.
     *
     * @param before the transactions that the thread had before the call
     */
    public void detachSince(@Nullable Object before) {
        transactions.detachSince((Transactions.Mine) before);
    }

    /**
     * Two DataSources may lead to one database, in two sessions. PostgreSQL does not know that the two are one
     * transaction.
     */
    private void refuseOtherSession(
            Map<DatabaseKey, HeldLock> held, LockDatabase database, DatabaseKey[] keys, Claim request, Caller caller) {
        for (DatabaseKey key : keys) {
            HeldLock holding = held.get(key);
            if (holding != null && !holding.by().equals(database) && holding.excludes(request.mode())) {
                requireBackend(holding, database, request, caller);
            }
        }
    }

    private void requireBackend(HeldLock holding, LockDatabase database, Claim request, Caller caller) {
        try (Connection connection = database.connect(request)) {
            if (database.backend(connection, request) != holding.backend()) {
                throw new SelfDeadlockException(
                        CallMessage.HELD_IN_OTHER_SESSION.text(
                                request, holding.by(), holding.backend(), holding.place(), caller.place(), database),
                        request.keys(),
                        null);
            }
        } catch (SQLException e) {
            throw toException(e, request, database);
        }
    }

    /**
     * Checks that the DataSource has not led the call that took the keys to another session. Sends no message if the
     * driver tells.
     */
    private void requireItsSession(LockingTransaction transaction, LockDatabase database, Claim request) {
        try (Connection connection = database.connect(request)) {
            database.requireBackend(connection, transaction.backendAt(database), request);
        } catch (SQLException e) {
            throw toException(e, request, database);
        } catch (AdvisoryLockException e) {
            jta.setRollbackOnly(e);
            throw e;
        }
    }

    /** Proves the DataSource; granted if its locks guard. */
    private Outcome prove(LockDatabase database, Claim request, Deadline deadline) {
        try {
            database.prove(request, deadline.notBefore(LockDatabase.LEAST_NANOS));
            return Granted.GRANTED;
        } catch (TimeoutException e) {
            Duration waited = deadline.waited();
            return new NotInTime(() -> new LockTimeoutException(
                    CallMessage.PROOF_TIMEOUT.text(request, Wording.describe(waited), database),
                    request.keys(),
                    waited,
                    List.of(),
                    e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdvisoryLockException(
                    CallMessage.INTERRUPTED.text(request, Wording.describe(deadline.waited())), request.keys(), null);
        } catch (SQLException e) {
            throw toException(e, request, database);
        } catch (AdvisoryLockException e) {
            jta.setRollbackOnly(e);
            throw e;
        }
    }

    private AdvisoryLockException toException(SQLException error, Claim request, LockDatabase database) {
        AdvisoryLockException told = SqlErrors.toException(error, request, Duration.ZERO, database);
        jta.setRollbackOnly(told);
        return told;
    }

    /** The keys that transactions of this application hold or wait for, and that have a text. */
    public Map<AdvisoryLockKey, AdvisoryLockKey> named() {
        return transactions.named();
    }

    /** How many keys a call or a transaction may hold. */
    int maxKeys() {
        return maxKeys;
    }

    /**
     * Whether the active transaction holds all keys of a claim, or one of its permits. Inside a call that took them
     * this is known; otherwise PostgreSQL is asked.
     *
     * @param least the weakest mode that will do
     * @return false without an active transaction
     */
    public boolean isHeld(LockDatabase database, Claim claim, LockMode least) {
        if (!jta.isActive()) {
            return false;
        }
        LockingTransaction transaction = transactions.current();
        if (transaction.isCovered(database, least == LockMode.SHARED ? claim.inEitherMode() : claim)) {
            requireItsSession(transaction, database, claim);
            return true;
        }
        try (Connection connection = database.connect(claim)) {
            database.requireHere(connection, claim);
            return claim.isForPermit()
                    ? postgres.countHeld(connection, claim.slots(), least) > 0
                    : postgres.countHeld(connection, claim.keys(), least)
                            == claim.keys().size();
        } catch (SQLException e) {
            throw toException(e, claim, database);
        } catch (AdvisoryLockException e) {
            jta.setRollbackOnly(e);
            throw e;
        }
    }
}
