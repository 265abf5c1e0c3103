package org.advisorylock.impl.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMode;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.LockRequest;
import org.advisorylock.impl.postgres.PostgresLocks;
import org.advisorylock.impl.postgres.PostgresLocks.Answer;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.impl.postgres.Texts;
import org.jspecify.annotations.Nullable;

/** Takes locks in the active JTA transaction: guards, then PostgreSQL, then guards again. Safe for use by several threads. */
public final class TransactionLocker {

    private final Jta jta;
    private final PostgresLocks postgres;
    private final KnownKeys known;

    public TransactionLocker(Jta jta, PostgresLocks postgres, KnownKeys known) {
        this.jta = jta;
        this.postgres = postgres;
        this.known = known;
    }

    /** Why a request ended without its locks and without an error. */
    private record Refusal(Duration waited, List<LockInfo> holders) {}

    /**
     * Takes the keys.
     *
     * @throws LockTimeoutException if they are not granted in time
     */
    public void acquire(LockDatabase database, LockRequest request) {
        Refusal refusal = attempt(database, request, true);
        if (refusal != null) {
            String text = Message.TIMEOUT.text(request, Texts.of(refusal.waited()), Texts.of(refusal.holders()));
            throw new LockTimeoutException(text, request.keys(), refusal.waited(), refusal.holders(), null);
        }
    }

    /** Takes the keys, or tells that they were not granted in time. */
    public boolean tryAcquire(LockDatabase database, LockRequest request) {
        return attempt(database, request, false) == null;
    }

    private @Nullable Refusal attempt(LockDatabase database, LockRequest request, boolean askForHolders) {
        jta.requireActive(request);
        known.remember(request.keys());
        jta.afterCompletion(() -> known.forget(request.keys()));
        long began = System.nanoTime();
        Refusal refusal;
        try (Connection connection = database.connect(request)) {
            database.prove(connection, postgres, request);
            Answer answer = postgres.acquire(connection, request);
            refusal = isGranted(database, request, answer)
                    ? null
                    : refused(connection, request, answer, since(began), askForHolders);
        } catch (SQLException e) {
            AdvisoryLockException told = SqlErrors.told(e, request, since(began), database);
            jta.setRollbackOnly(told);
            throw told;
        } catch (AdvisoryLockException e) {
            jta.setRollbackOnly(e);
            throw e;
        }
        jta.requireStillActive(request, since(began));
        return refusal;
    }

    private static boolean isGranted(LockDatabase database, LockRequest request, Answer answer) {
        return switch (answer.outcome()) {
            case GRANTED -> true;
            case BUSY, TIMED_OUT -> false;
            case STALE ->
                throw new LockGuardException(
                        Message.STALE_SNAPSHOT.text(request, answer.isolation().toUpperCase(Locale.ROOT)),
                        request.keys(),
                        null);
            case STANDBY -> throw new LockGuardException(Message.STANDBY.text(request, database), request.keys(), null);
        };
    }

    private Refusal refused(
            Connection connection, LockRequest request, Answer answer, Duration waited, boolean askForHolders)
            throws SQLException {
        boolean undo = answer.outcome() == PostgresLocks.Outcome.TIMED_OUT;
        if (askForHolders) {
            return new Refusal(waited, postgres.readHolders(connection, request, undo));
        }
        if (undo) {
            postgres.undo(connection);
        }
        return new Refusal(waited, List.of());
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /**
     * Whether the active transaction holds a key, as PostgreSQL knows it.
     *
     * @return false without an active transaction
     */
    public boolean isHeld(LockDatabase database, AdvisoryLockKey key) {
        if (!jta.isActive()) {
            return false;
        }
        LockRequest subject = LockRequest.of(List.of(key), LockMode.EXCLUSIVE, AdvisoryLock.IMMEDIATE);
        try (Connection connection = database.connect(subject)) {
            return postgres.isHeld(connection, key);
        } catch (SQLException e) {
            AdvisoryLockException told = SqlErrors.told(e, subject, Duration.ZERO, database);
            jta.setRollbackOnly(told);
            throw told;
        }
    }
}
