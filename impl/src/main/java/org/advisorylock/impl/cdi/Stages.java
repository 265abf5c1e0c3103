package org.advisorylock.impl.cdi;

import jakarta.interceptor.InvocationContext;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.transaction.Jta;
import org.jspecify.annotations.Nullable;

/**
 * Guards calls whose result comes later. In a transaction such a call is safe only if the runtime ends the transaction
 * together with the result. Narayana's interceptor does so for a {@link CompletionStage}; Payara's does not. So the
 * runtime has to show it once, before the first such call.
 */
final class Stages {

    /** Passes the transaction of a call whose result was not there to the outer interceptor. */
    private static final String OPEN = "org.advisorylock.open";

    private final Jta jta;
    private final Supplier<StageProbe> probe;
    private final Map<Class<?>, Arrival> arrivals = new ConcurrentHashMap<>();
    private volatile @Nullable Boolean kept;

    Stages(Jta jta, Supplier<StageProbe> probe) {
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
            throw new LockGuardException(Message.STAGE_NOT_KEPT.text(plan), List.of(), null);
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
    void checkInside(LockPlan plan, @Nullable Object result, InvocationContext call) {
        Arrival arrival = arrival(plan, result);
        if (result == null || arrival == Arrival.NOW) {
            return;
        }
        if (arrival == Arrival.LATER || plan.standsOutside() || !isKept()) {
            throw outlives(plan, result);
        }
        Open open = new Open(plan, result, call);
        call.getContextData().put(OPEN, open);
        jta.whenCompleting(open::beforeCompletion, open::afterCompletion);
    }

    /** Is called after the call, when its transaction may have ended. */
    void checkOutside(LockPlan plan, InvocationContext call) {
        if (call.getContextData().remove(OPEN) instanceof Open open && open.ended && !isDone(open.result)) {
            throw outlives(plan, open.result);
        }
    }

    LockGuardException outlives(LockPlan plan, Object result) {
        return new LockGuardException(
                Message.OUTLIVES_LOCK.text(plan, result.getClass().getName()), List.of(), null);
    }

    /** A transaction that must not end before a result is there. */
    private final class Open {
        private final LockPlan plan;
        private final Object result;
        private final InvocationContext call;
        private volatile boolean ended;

        Open(LockPlan plan, Object result, InvocationContext call) {
            this.plan = plan;
            this.result = result;
            this.call = call;
        }

        void beforeCompletion() {
            if (!isDone(result)) {
                LockGuardException refusal = outlives(plan, result);
                call.getContextData().put(LockBeans.REFUSAL, refusal);
                jta.setRollbackOnly(refusal);
            }
        }

        void afterCompletion() {
            ended = true;
        }
    }
}
