package org.advisorylock.impl.cdi;

import jakarta.interceptor.InvocationContext;
import java.util.function.Function;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.KeyResolver;
import org.advisorylock.LockEvent.LockOutcome;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.event.LockEvents;
import org.advisorylock.impl.event.Story;
import org.advisorylock.impl.plan.LockPlan;
import org.advisorylock.impl.plan.LockPlans;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.transaction.Caller;
import org.advisorylock.impl.transaction.LockedCall;
import org.advisorylock.impl.transaction.TransactionLocker;
import org.jspecify.annotations.Nullable;

/** What stands inside the transaction of a call: find the plan, take the lock, proceed. */
final class InsideCall {

    private final LockPlans plans;
    private final Function<LockPlan, KeyResolver> resolvers;
    private final DataSources dataSources;
    private final TransactionLocker locker;
    private final SessionCalls sessions;
    private final StageGuard stages;
    private final LockEvents events;

    InsideCall(
            LockPlans plans,
            Function<LockPlan, KeyResolver> resolvers,
            DataSources dataSources,
            TransactionLocker locker,
            SessionCalls sessions,
            StageGuard stages,
            LockEvents events) {
        this.plans = plans;
        this.resolvers = resolvers;
        this.dataSources = dataSources;
        this.locker = locker;
        this.sessions = sessions;
        this.stages = stages;
        this.events = events;
    }

    /** Finds the plan, takes the lock, proceeds. */
    @Nullable
    Object proceed(InvocationContext call) throws Exception {
        CallState state = findState(call);
        if (state.plan().isForSession()) {
            // The lock is held around the transaction already. It only has to be watched.
            sessions.watch(state);
            return call.proceed();
        }
        LockedCall hold = events.isHeard() ? takeTold(state, call) : take(state, call, null);
        return hold == null ? state.plan().skipped() : proceed(hold, state, call);
    }

    private CallState findState(InvocationContext call) {
        CallState state = CallState.find(call);
        return state == null ? new CallState(plans.findOrMake(call), false) : state;
    }

    private @Nullable LockedCall takeTold(CallState state, InvocationContext call) {
        Story story = events.begin(state.plan().subject());
        return story.tell(LockOutcome.SKIPPED, () -> take(state, call, story));
    }

    /** Takes the locks of a call; null if the call is to be skipped. */
    private @Nullable LockedCall take(CallState state, InvocationContext call, @Nullable Story story) {
        state.refuse(null);
        try {
            LockPlan plan = state.plan();
            Claim request = plan.request(call, resolvers);
            LockDatabase database = dataSources.find(plan.dataSource());
            Caller known = plan.caller(call, state.begins());
            Caller caller = story == null ? known : known.in(story);
            return plan.skips()
                    ? locker.tryAcquire(database, request, caller)
                    : locker.acquire(database, request, caller);
        } catch (AdvisoryLockException e) {
            state.refuse(e);
            throw e;
        }
    }

    private @Nullable Object proceed(LockedCall hold, CallState state, InvocationContext call) throws Exception {
        hold.enter();
        try {
            return checkResult(state, call.proceed());
        } finally {
            hold.leave();
        }
    }

    private @Nullable Object checkResult(CallState state, @Nullable Object result) {
        try {
            return stages.checkInside(state, result);
        } catch (LockGuardException e) {
            state.refuse(e);
            throw e;
        }
    }
}
