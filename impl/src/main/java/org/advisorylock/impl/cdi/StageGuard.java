package org.advisorylock.impl.cdi;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.plan.Arrival;
import org.advisorylock.impl.plan.LockPlan;
import org.advisorylock.impl.plan.Supertypes;
import org.advisorylock.impl.transaction.Jta;
import org.jspecify.annotations.Nullable;

/**
 * Guards calls whose result comes later. In a transaction such a call is safe only if the runtime ends the transaction
 * together with the result, which it has to show before the first such call; see {@link LaterProbes}.
 */
final class StageGuard {

    private final Jta jta;
    private final LaterProbes probes;
    private final Map<Class<?>, Arrival> arrivals = new ConcurrentHashMap<>();

    StageGuard(Jta jta, LaterProbes probes) {
        this.jta = jta;
        this.probes = probes;
    }

    /** When a result is there. A result that is done is there. */
    Arrival arrival(LockPlan plan, @Nullable Object result) {
        if (result == null || plan.returnsNow()) {
            return Arrival.NOW;
        }
        Arrival arrival = arrivals.computeIfAbsent(result.getClass(), Arrival::of);
        return arrival == Arrival.NOW || isDone(result) ? Arrival.NOW : arrival;
    }

    private static boolean isDone(Object result) {
        try {
            return result instanceof CompletionStage<?> stage
                    ? stage.toCompletableFuture().isDone()
                    : result instanceof Future<?> future && future.isDone();
        } catch (UnsupportedOperationException notTold) {
            return false;
        } catch (IllegalStateException notAsked) {
            // This one has a value that is there. Only its copy for the client can be asked.
            return Supertypes.anyName(result.getClass(), "jakarta.ejb.AsyncResult"::equals);
        }
    }

    /** Is called before each call. If its declared result comes later, the transaction must last as long. */
    void requireKept(LockPlan plan) {
        Arrival arrival = plan.arrival();
        if (arrival != Arrival.NOW && !plan.standsOutside() && !probes.isKept(arrival, jta)) {
            String type = arrival == Arrival.UNI ? "Uni" : "CompletionStage";
            throw new LockGuardException(CallMessage.STAGE_NOT_KEPT.text(plan, type), List.of(), null);
        }
    }

    /**
     * Is called after a method, in its transaction, which holds the lock.
     *
     * @return the result for the caller
     * @throws LockGuardException if the result comes later and the transaction will not last as long
     */
    @Nullable
    Object checkInside(CallState state, @Nullable Object result) {
        LockPlan plan = state.plan();
        Arrival arrival = arrival(plan, result);
        if (result == null || arrival == Arrival.NOW) {
            return result;
        }
        if (arrival == Arrival.LATER || plan.standsOutside() || !probes.isKept(arrival, jta)) {
            throw outlives(plan, result);
        }
        if (arrival == Arrival.STAGE) {
            awaitInTransaction(state, result);
            return result;
        }
        if (!plan.mayReplace(arrival)) {
            throw outlives(plan, result);
        }
        CompletionStage<?> started = UniStages.start(result);
        awaitInTransaction(state, started);
        return UniStages.toUni(started);
    }

    private void awaitInTransaction(CallState state, Object result) {
        LaterResult later = new LaterResult(result);
        state.passLater(later);
        jta.whenCompleting(() -> requireDone(state, result), later::noteEnd);
    }

    /** The transaction must not end before the result is there. */
    private void requireDone(CallState state, Object result) {
        if (!isDone(result)) {
            LockGuardException refusal = outlives(state.plan(), result);
            state.refuse(refusal);
            jta.setRollbackOnly(refusal);
        }
    }

    /** Is called after the call, when its transaction may have ended. */
    void checkOutside(CallState state) {
        LaterResult later = state.takeLater();
        if (later != null && later.hasTransactionEnded() && !isDone(later.value())) {
            throw outlives(state.plan(), later.value());
        }
    }

    LockGuardException outlives(LockPlan plan, Object result) {
        return new LockGuardException(
                CallMessage.OUTLIVES_LOCK.text(plan, result.getClass().getName()), List.of(), null);
    }
}
