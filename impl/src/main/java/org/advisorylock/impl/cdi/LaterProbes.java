package org.advisorylock.impl.cdi;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.advisorylock.impl.plan.Arrival;
import org.advisorylock.impl.transaction.Jta;

/**
 * Finds out, once for each kind of result that comes later, whether the runtime ends the transaction together with the
 * result. Narayana's interceptor does so for a {@link CompletionStage}, and Quarkus's also for a {@code Uni}. Payara's
 * does not.
 */
@Dependent
class LaterProbes {

    @Inject
    Instance<StageProbe> stage;

    @Inject
    Instance<UniProbe> uni;

    private final Map<Arrival, Boolean> kept = new ConcurrentHashMap<>();

    boolean isKept(Arrival arrival, Jta jta) {
        Boolean known = kept.get(arrival);
        if (known == null) {
            known = prove(arrival, jta);
            kept.put(arrival, known);
        }
        return known;
    }

    private boolean prove(Arrival arrival, Jta jta) {
        CompletableFuture<Boolean> begun = new CompletableFuture<>();
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        CompletableFuture<Boolean> work = new CompletableFuture<>();
        try {
            CompletionStage<?> result = begin(
                    arrival,
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
        } catch (RuntimeException | LinkageError e) {
            System.getLogger("org.advisorylock").log(Level.DEBUG, "the probe of a result that comes later failed", e);
            return false;
        }
    }

    private CompletionStage<?> begin(Arrival arrival, Runnable inside, CompletableFuture<Boolean> work) {
        return arrival == Arrival.UNI
                ? UniStages.start(uni.get().begin(inside, work))
                : stage.get().begin(inside, work);
    }
}
