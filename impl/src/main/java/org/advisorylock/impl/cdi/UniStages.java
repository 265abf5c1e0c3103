package org.advisorylock.impl.cdi;

import io.smallrye.mutiny.Uni;
import java.util.concurrent.CompletionStage;

/**
 * Makes a stage of a {@code Uni}, and the other way round. A {@code Uni} does its work for each subscriber, so one who
 * comes after the lock has ended would have it done without the lock. Its stage does it once.
 */
final class UniStages {

    private UniStages() {}

    /** Begins the work of a Uni. */
    static CompletionStage<?> start(Object uni) {
        return ((Uni<?>) uni).subscribeAsCompletionStage();
    }

    /** The result of a stage for all subscribers. */
    static Object toUni(CompletionStage<?> stage) {
        return Uni.createFrom().completionStage(stage);
    }
}
