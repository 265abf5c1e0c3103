package org.advisorylock.impl.cdi;

import jakarta.interceptor.InvocationContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.advisorylock.LockEvent.LockOutcome;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.event.LockEvents;
import org.advisorylock.impl.event.Story;
import org.advisorylock.impl.plan.Arrival;
import org.advisorylock.impl.plan.LockPlan;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.PostgresLocks;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.impl.session.SessionLocker;
import org.advisorylock.impl.session.Source;
import org.advisorylock.impl.session.hold.LosableHandle;
import org.advisorylock.impl.transaction.Jta;
import org.jspecify.annotations.Nullable;

/** Calls that hold their lock in a session, around their transaction. */
final class SessionCalls {

    private final Jta jta;
    private final PostgresLocks postgres;
    private final DataSources dataSources;
    private final SessionLocker locker;
    private final StageGuard stages;
    private final LockEvents events;

    SessionCalls(
            Jta jta,
            PostgresLocks postgres,
            DataSources dataSources,
            SessionLocker locker,
            StageGuard stages,
            LockEvents events) {
        this.jta = jta;
        this.postgres = postgres;
        this.dataSources = dataSources;
        this.locker = locker;
        this.stages = stages;
        this.events = events;
    }

    /** Whether there is no transaction. Without a transaction manager there never is one. */
    boolean isAbsent() {
        try {
            return jta.isAbsent();
        } catch (LockGuardException noManager) {
            return true;
        }
    }

    /**
     * One run of a call.
     *
     * @param joins whether the call joins a transaction that was there before; then the lock is held until that has
     *     ended
     */
    @Nullable
    Object around(CallState state, Claim request, boolean joins, InvocationContext call) throws Exception {
        LockPlan plan = state.plan();
        LockHandle handle = events.isHeard() ? takeTold(plan, request) : take(plan, request, null);
        if (handle == null) {
            return plan.skipped();
        }
        HeldStage held = new HeldStage(handle, joins);
        boolean handedOver = false;
        try {
            if (joins) {
                requireFreshReads(plan, request);
                rollBackIfLost(handle, held::transactionEnded);
                handedOver = true;
            } else {
                state.passSession(handle);
            }
            handle.holdAtLeast(plan.holdAtLeast());
            Object result = call.proceed();
            RuntimeException loss = LosableHandle.lossOf(handle);
            if (loss != null) {
                throw loss;
            }
            Arrival arrival = stages.arrival(plan, result);
            if (result == null || arrival == Arrival.NOW) {
                return result;
            }
            boolean keeps = plan.mayReplace(arrival)
                    && !plan.standsOutside()
                    && SessionLocker.isDetachable(handle)
                    && joins == held.isInTransaction();
            if (!keeps) {
                throw stages.outlives(plan, result);
            }
            boolean isUni = arrival == Arrival.UNI;
            CompletionStage<Object> kept = held.until(isUni ? UniStages.start(result) : (CompletionStage<?>) result);
            handedOver = true;
            return isUni ? UniStages.toUni(kept) : kept;
        } finally {
            if (!handedOver) {
                handle.close();
            }
        }
    }

    private @Nullable LockHandle takeTold(LockPlan plan, Claim request) {
        Story story = events.begin(plan.subject());
        return story.tell(LockOutcome.SKIPPED, () -> take(plan, request, story));
    }

    private @Nullable LockHandle take(LockPlan plan, Claim request, @Nullable Story story) {
        Source source = dataSources.findForSessions(plan.dataSource());
        // A skipped call tells nobody who holds the lock.
        return plan.skips()
                ? locker.tryAcquire(source, request.quietly(), plan.toString(), story)
                : locker.acquire(source, request, plan.toString(), story);
    }

    /** Inside the call's own transaction: if the lock is lost before the commit, the transaction rolls back. */
    void watch(CallState state) {
        LockHandle handle = state.takeSession();
        if (handle != null && !isAbsent() && jta.isActive()) {
            rollBackIfLost(handle, () -> {});
        }
    }

    private void rollBackIfLost(LockHandle handle, Runnable afterCompletion) {
        jta.whenCompleting(
                () -> {
                    RuntimeException loss = LosableHandle.lossOf(handle);
                    if (loss != null) {
                        jta.setRollbackOnly(loss);
                    }
                },
                afterCompletion);
    }

    /** A transaction that was there before may have read before the lock was taken. */
    private void requireFreshReads(LockPlan plan, Claim request) {
        LockDatabase database;
        try {
            database = dataSources.find(plan.dataSource());
        } catch (LockGuardException none) {
            // Then nothing was read that the library knows of.
            return;
        }
        try (Connection connection = database.connect(request)) {
            Optional<String> stale = postgres.staleIsolation(connection);
            if (stale.isPresent()) {
                LockGuardException refusal = new LockGuardException(
                        CallMessage.STALE_SNAPSHOT_OF_JOINED.text(
                                request, stale.get().toUpperCase(Locale.ROOT)),
                        request.keys(),
                        null);
                jta.setRollbackOnly(refusal);
                throw refusal;
            }
        } catch (SQLException e) {
            LockGuardException refusal = new LockGuardException(
                    CallMessage.SESSION_DATABASE.text(request, SqlErrors.state(e), SqlErrors.firstLine(e)),
                    request.keys(),
                    e);
            jta.setRollbackOnly(refusal);
            throw refusal;
        }
    }
}
