package org.advisorylock.impl.cdi;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.plan.Arrival;
import org.advisorylock.impl.plan.LockPlan;
import org.advisorylock.impl.plan.Supertypes;
import org.advisorylock.impl.transaction.Jta;
import org.jspecify.annotations.Nullable;

/**
 * Guards calls whose result comes later. In a transaction such a call is safe only if the runtime ends the transaction
 * together with the result. Narayana's interceptor does so for a {@link CompletionStage}; Payara's does not. So the
 * runtime has to show it once, before the first such call.
 */
final class StageGuard {

    private final Jta jta;
    private final Supplier<StageProbe> probe;
    private final Map<Class<?>, Arrival> arrivals = new ConcurrentHashMap<>();
    private volatile @Nullable Boolean kept;

    StageGuard(Jta jta, Supplier<StageProbe> probe) {
        this.jta = jta;
        this.probe = probe;
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

    /** Is called before a call whose declared result is a stage. */
    void requireKept(LockPlan plan) {
        if (plan.returnsStage() && !isKept()) {
            throw new LockGuardException(CallMessage.STAGE_NOT_KEPT.text(plan), List.of(), null);
        }
    }

    private boolean isKept() {
        Boolean known = kept;
        if (known == null) {
            known = prove();
            kept = known;
        }
        return known;
    }

    private boolean prove() {
        CompletableFuture<Boolean> begun = new CompletableFuture<>();
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        CompletableFuture<Boolean> work = new CompletableFuture<>();
        try {
            CompletionStage<Boolean> result = probe.get()
                    .begin(
                            () -> {
                                if (jta.isActive()) {
                                    jta.whenCompleting(() -> {}, () -> ended.complete(true));
                                    begun.complete(true);
                                }
                            },
                            work);
            boolean keptOpen = begun.isDone() && !ended.isDone() && result != null;
            work.complete(true);
            return keptOpen && ended.isDone();
        } catch (RuntimeException e) {
            System.getLogger("org.advisorylock").log(Level.DEBUG, "the probe of a CompletionStage failed", e);
            return false;
        }
    }

    /**
     * Is called after a method, in its transaction, which holds the lock.
     *
     * @throws LockGuardException if the result comes later and the transaction will not last as long
     */
    void checkInside(CallState state, @Nullable Object result) {
        LockPlan plan = state.plan();
        Arrival arrival = arrival(plan, result);
        if (result == null || arrival == Arrival.NOW) {
            return;
        }
        if (arrival == Arrival.LATER || plan.standsOutside() || !isKept()) {
            throw outlives(plan, result);
        }
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
