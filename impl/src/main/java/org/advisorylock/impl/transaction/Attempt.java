package org.advisorylock.impl.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockInfo;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.LockRequest;
import org.advisorylock.impl.postgres.PostgresLocks;
import org.advisorylock.impl.postgres.PostgresLocks.Answer;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.impl.postgres.Texts;
import org.jspecify.annotations.Nullable;

/** One request on its way through the gates to PostgreSQL and back, in a transaction that the guards let pass. */
final class Attempt {

    private final Jta jta;
    private final PostgresLocks postgres;
    private final GateKeeper gates;
    private final LockingTransaction transaction;
    private final LockDatabase database;
    private final LockRequest request;
    private final Caller caller;
    private final Message onTimeout;
    private final long began = System.nanoTime();
    private final long deadline;
    private final List<LockedKey> passed = new ArrayList<>(1);

    Attempt(
            Jta jta,
            PostgresLocks postgres,
            GateKeeper gates,
            LockingTransaction transaction,
            LockDatabase database,
            LockRequest request,
            Caller caller,
            Message onTimeout) {
        this.jta = jta;
        this.postgres = postgres;
        this.gates = gates;
        this.transaction = transaction;
        this.database = database;
        this.request = request;
        this.caller = caller;
        this.onTimeout = onTimeout;
        this.deadline = began + Math.max(0, request.waitMillis()) * 1_000_000;
    }

    /**
     * Takes the keys.
     *
     * @param toBeThrown whether a refusal will be thrown, so that it must tell who holds the keys
     * @return null if they are held; else why not, where the transaction can go on
     * @throws AdvisoryLockException where it cannot
     */
    @Nullable
    AdvisoryLockException run(boolean toBeThrown) {
        AdvisoryLockException refusal = null;
        boolean granted = false;
        try {
            refusal = switch (gates.pass(transaction, database.identity(), request, caller, deadline, passed)) {
                case PASSED -> send(toBeThrown);
                case TIMED_OUT -> refusedAtTheGate();
                case INTERRUPTED -> interrupted();
                case TRANSACTION_ENDED -> throw jta.ended(request, waited(), null);
            };
            jta.requireStillActive(request, waited());
            granted = refusal == null;
            return refusal;
        } finally {
            if (!granted) {
                gates.turnBack(transaction, passed);
            }
        }
    }

    private @Nullable AdvisoryLockException send(boolean toBeThrown) {
        try (Connection connection = database.connect(request)) {
            Answer answer = postgres.acquire(connection, request.waiting(millisLeft()));
            return switch (answer.outcome()) {
                case GRANTED -> granted(answer);
                case BUSY -> refused(connection, toBeThrown, false);
                case TIMED_OUT -> refused(connection, toBeThrown, true);
                case INTERRUPTED -> {
                    postgres.undo(connection);
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
        } catch (SQLException e) {
            AdvisoryLockException told = SqlErrors.told(e, request, waited(), database);
            boolean open = jta.isOpen();
            jta.setRollbackOnly(told);
            throw open ? told : jta.ended(request, waited(), e);
        } catch (AdvisoryLockException e) {
            jta.setRollbackOnly(e);
            throw e;
        }
    }

    /** A wait of zero tries once, so what is left of a longer one is never that. */
    private long millisLeft() {
        long wait = request.waitMillis();
        return wait <= 0 ? wait : Math.max(1, Math.min(wait, (deadline - System.nanoTime() + 999_999) / 1_000_000));
    }

    private @Nullable AdvisoryLockException granted(Answer answer) {
        Holding holding = new Holding(request.mode(), caller.place(), answer.backend(), Instant.now());
        for (AdvisoryLockKey key : request.keys()) {
            transaction.hold(new LockedKey(database.identity(), key), holding);
        }
        gates.settle(transaction, database.identity(), request);
        return null;
    }

    private AdvisoryLockException refused(Connection connection, boolean toBeThrown, boolean undo) throws SQLException {
        Duration waited = waited();
        if (toBeThrown) {
            List<LockInfo> holders = postgres.readHolders(connection, request, undo);
            return timeout(waited, holders, Texts.of(holders));
        }
        if (undo) {
            postgres.undo(connection);
        }
        return timeout(waited, List.of(), "");
    }

    /** Here is no connection yet, and to take one only for the message could wait for the very transactions that it is about. */
    private AdvisoryLockException refusedAtTheGate() {
        List<Holding> holdings = gates.holdings(database.identity(), request);
        String held = holdings.isEmpty()
                ? "other transactions of this JVM wait for it"
                : holdings.stream()
                        .map(holding -> "backend " + holding.backend() + ", a transaction of this JVM (taken in "
                                + holding.place() + ", since "
                                + Texts.of(Duration.between(holding.since(), Instant.now())) + ")")
                        .distinct()
                        .collect(Collectors.joining(", ", "held by ", ""));
        return timeout(waited(), List.of(), held);
    }

    private LockTimeoutException timeout(Duration waited, List<LockInfo> holders, String held) {
        return new LockTimeoutException(
                onTimeout.text(request, Texts.of(waited), held), request.keys(), waited, holders, null);
    }

    private AdvisoryLockException interrupted() {
        return new AdvisoryLockException(Message.INTERRUPTED.text(request, Texts.of(waited())), request.keys(), null);
    }

    private Duration waited() {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
