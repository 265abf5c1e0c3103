package org.advisorylock.impl.cdi;

import jakarta.interceptor.InvocationContext;
import java.util.Objects;
import java.util.function.Function;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.KeyResolver;
import org.advisorylock.LockEvent.LockOutcome;
import org.advisorylock.impl.event.LockEvents;
import org.advisorylock.impl.plan.LockPlan;
import org.advisorylock.impl.plan.LockPlans;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.transaction.Jta;
import org.advisorylock.impl.transaction.TransactionLocker;
import org.jspecify.annotations.Nullable;

/** What stands around the transaction of a call: the lock of a session, and the retries. */
final class AroundCall {

    private final LockPlans plans;
    private final Function<LockPlan, KeyResolver> resolvers;
    private final Jta jta;
    private final TransactionLocker locker;
    private final SessionCalls sessions;
    private final StageGuard stages;
    private final Retry retry;
    private final LockEvents events;

    AroundCall(
            LockPlans plans,
            Function<LockPlan, KeyResolver> resolvers,
            Jta jta,
            TransactionLocker locker,
            SessionCalls sessions,
            StageGuard stages,
            Retry retry,
            LockEvents events) {
        this.plans = plans;
        this.resolvers = resolvers;
        this.jta = jta;
        this.locker = locker;
        this.sessions = sessions;
        this.stages = stages;
        this.retry = retry;
        this.events = events;
    }

    /** Calls once, or again after a failure that may not come again. */
    @Nullable
    Object proceed(InvocationContext call) throws Exception {
        LockPlan plan = plans.findOrMake(call);
        boolean begins = plan.isForSession() ? sessions.isAbsent() : jta.isAbsent();
        CallState state = new CallState(plan, begins);
        state.leaveIn(call);
        Object before = locker.ofThread();
        try {
            return plan.isForSession() ? inSession(state, call) : inTransaction(state, call);
        } catch (Exception e) {
            throw withRefusal(e, state);
        } finally {
            locker.detachSince(before);
        }
    }

    private @Nullable Object inSession(CallState state, InvocationContext call) throws Exception {
        LockPlan plan = state.plan();
        boolean joins = !state.begins() && !plan.isApart();
        Claim request = events.isHeard() ? makeTold(plan, call) : plan.request(call, resolvers);
        int retries = plan.retries(state.begins());
        return retries == 0
                ? sessions.around(state, request, joins, call)
                : retry.proceed(
                        retries, plan, plan.subject(), call, () -> sessions.around(state, request, joins, call));
    }

    /** Listeners hear of it if there are no keys. If there are, they hear of each run. */
    private Claim makeTold(LockPlan plan, InvocationContext call) {
        return Objects.requireNonNull(
                events.begin(plan.subject()).tell(LockOutcome.REFUSED, () -> plan.request(call, resolvers)));
    }

    private @Nullable Object inTransaction(CallState state, InvocationContext call) throws Exception {
        LockPlan plan = state.plan();
        int retries = plan.retries(state.begins());
        stages.requireKept(plan);
        Object result =
                retries == 0 ? call.proceed() : retry.proceed(retries, plan, plan.subject(), call, call::proceed);
        stages.checkOutside(state);
        return result;
    }

    /**
     * The reason why the method was not called. If the commit fails, as after a transaction timeout, the interceptor of
     * the transaction throws its own exception instead (Narayana: a RollbackException without a cause).
     */
    private static Exception withRefusal(Exception thrown, CallState state) {
        AdvisoryLockException refusal = state.refusal();
        if (refusal == null) {
            return thrown;
        }
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause == refusal) {
                return thrown;
            }
        }
        refusal.addSuppressed(thrown);
        return refusal;
    }
}
