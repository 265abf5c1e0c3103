package org.advisorylock.impl.cdi;

import jakarta.enterprise.inject.build.compatible.spi.ClassConfig;
import jakarta.enterprise.inject.build.compatible.spi.MethodConfig;
import jakarta.enterprise.lang.model.AnnotationTarget;
import jakarta.enterprise.lang.model.declarations.MethodInfo;
import jakarta.enterprise.lang.model.types.Type;
import jakarta.transaction.Transactional;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/**
 * Marks the methods of a bean whose transaction may go on after they have returned. The runtime may end it together
 * with their result, which comes later.
 */
final class GoingOn {

    private GoingOn() {}

    /** Only methods that have an interceptor anyway. */
    static void mark(ClassConfig bean) {
        boolean isOfClass = isTransactional(bean.info());
        for (MethodConfig method : bean.methods()) {
            MethodInfo info = method.info();
            if ((isOfClass || isTransactional(info)) && isInterceptable(info) && comesLater(info.returnType())) {
                method.addAnnotation(MayGoOn.class);
            }
        }
    }

    private static boolean isTransactional(AnnotationTarget target) {
        return target.hasAnnotation(Transactional.class);
    }

    private static boolean isInterceptable(MethodInfo method) {
        return !Modifier.isPrivate(method.modifiers()) && !method.isStatic() && !method.isFinal();
    }

    private static boolean comesLater(Type result) {
        String name = className(result);
        Class<?> type = name == null ? null : ContainerView.load(name);
        return type != null && Arrival.of(type) != Arrival.NOW;
    }

    private static @Nullable String className(Type result) {
        if (result.isClass()) {
            return result.asClass().declaration().name();
        }
        return result.isParameterizedType()
                ? result.asParameterizedType().declaration().name()
                : null;
    }
}
