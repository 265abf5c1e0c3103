package org.advisorylock.impl.plan;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

/** When the result of a method is there: when it returns, or later. */
public enum Arrival {
    /** When the method returns. */
    NOW,

    /** When a {@link CompletionStage} completes. */
    STAGE,

    /** When a {@code Uni} of Mutiny completes. */
    UNI,

    /** Later, and nothing tells when. */
    LATER;

    private static final String UNI_TYPE = "io.smallrye.mutiny.Uni";

    /**
     * By name, because applications bring these types. Subtypes count, such as Mono and Flux of Reactor for Publisher.
     */
    private static final Set<String> LATER_TYPES = Set.of(
            "org.reactivestreams.Publisher",
            "io.smallrye.mutiny.Multi",
            "reactor.core.CorePublisher",
            "io.reactivex.rxjava3.core.ObservableSource",
            "io.reactivex.rxjava3.core.SingleSource",
            "io.reactivex.rxjava3.core.MaybeSource",
            "io.reactivex.rxjava3.core.CompletableSource",
            "io.reactivex.ObservableSource",
            "io.reactivex.SingleSource",
            "io.reactivex.MaybeSource",
            "io.reactivex.CompletableSource",
            "rx.Observable",
            "rx.Single",
            "rx.Completable",
            "io.vertx.core.Future",
            "kotlinx.coroutines.flow.Flow",
            "kotlinx.coroutines.Job",
            "scala.concurrent.Future");

    /** The arrival of values of a type, as far as the type tells. */
    public static Arrival of(Class<?> type) {
        if (CompletionStage.class.isAssignableFrom(type)) {
            return STAGE;
        }
        if (Supertypes.anyName(type, UNI_TYPE::equals)) {
            return UNI;
        }
        boolean later = Future.class.isAssignableFrom(type)
                || Flow.Publisher.class.isAssignableFrom(type)
                || Supertypes.anyName(type, LATER_TYPES::contains);
        return later ? LATER : NOW;
    }

    /** Whether a method that is declared so can be given a value of this library in place of its own result. */
    boolean isReplaceable(Class<?> declared) {
        return switch (this) {
            case STAGE -> declared.isAssignableFrom(CompletableFuture.class);
            case UNI -> declared == Object.class || declared.getName().equals(UNI_TYPE);
            case NOW, LATER -> false;
        };
    }

    /** Whether a value may be of a subtype that comes later, although the declared type does not say so. */
    static boolean mayHide(Class<?> declared) {
        return !declared.isPrimitive() && !declared.isArray() && !Modifier.isFinal(declared.getModifiers());
    }

    /** Whether a method suspends, as in Kotlin: it returns to its caller before it is done. */
    static boolean isSuspending(Method method) {
        Class<?>[] parameters = method.getParameterTypes();
        return parameters.length > 0
                && parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation");
    }
}
