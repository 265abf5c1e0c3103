package org.advisorylock.impl.cdi;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.Annotated;
import jakarta.enterprise.inject.spi.AnnotatedMethod;
import jakarta.enterprise.inject.spi.AnnotatedType;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.util.AnnotationLiteral;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.advisorylock.impl.plan.Arrival;
import org.advisorylock.impl.plan.EffectiveLock;

/**
 * Marks the methods whose transaction may go on after they have returned, even if code takes the locks. The runtime may
 * end it together with their result, which comes later. This is no build-compatible extension: one would name
 * {@code Transactional} in an annotation, and an application without that API could not be deployed; or it would change
 * all classes.
 */
public class MayGoOnExtension implements Extension {

    private static final String TRANSACTIONAL = "jakarta.transaction.Transactional";

    private static final class MayGoOnLiteral extends AnnotationLiteral<MayGoOn> implements MayGoOn {
        private static final long serialVersionUID = 1;
    }

    /** Marks only methods that have an interceptor anyway. */
    public <T> void mark(@Observes ProcessAnnotatedType<T> event) {
        AnnotatedType<T> type = event.getAnnotatedType();
        boolean isOfClass = isTransactional(type);
        Set<Method> marked = type.getMethods().stream()
                .filter(method -> isOfClass || isTransactional(method))
                .map(AnnotatedMethod::getJavaMember)
                .filter(MayGoOnExtension::mayGoOn)
                .collect(Collectors.toSet());
        if (!marked.isEmpty()) {
            event.configureAnnotatedType()
                    .filterMethods(method -> marked.contains(method.getJavaMember()))
                    .forEach(method -> method.add(new MayGoOnLiteral()));
        }
    }

    /** By itself, by a stereotype or by another interceptor binding. */
    private static boolean isTransactional(Annotated annotated) {
        List<Class<? extends Annotation>> types = new ArrayList<>();
        annotated.getAnnotations().forEach(annotation -> types.add(annotation.annotationType()));
        return EffectiveLock.carries(types, type -> type.getName().equals(TRANSACTIONAL));
    }

    private static boolean mayGoOn(Method method) {
        int modifiers = method.getModifiers();
        return !Modifier.isPrivate(modifiers)
                && !Modifier.isStatic(modifiers)
                && !Modifier.isFinal(modifiers)
                && Arrival.of(method.getReturnType()) != Arrival.NOW;
    }
}
