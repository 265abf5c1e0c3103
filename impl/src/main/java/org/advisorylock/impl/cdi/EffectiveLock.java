package org.advisorylock.impl.cdi;

import jakarta.enterprise.inject.Stereotype;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.jspecify.annotations.Nullable;

/**
 * Finds the {@link AdvisoryLock} that applies to a method: its own, then its class's, each either direct or carried by another
 * interceptor binding or a stereotype. By reflection: the container's own view is empty for enterprise beans on several servers, and
 * has no API before Interceptors 2.2. It serves as the last resort, for annotations that an extension added.
 */
final class EffectiveLock {

    private EffectiveLock() {}

    /** The annotation that applies to a method of a bean. */
    static @Nullable AdvisoryLock of(Class<?> bean, Method method) {
        AdvisoryLock own = on(method);
        return own != null ? own : on(bean);
    }

    /** The annotation that applies to an intercepted call, whose target may be of a class that the container derived. */
    static @Nullable AdvisoryLock of(Class<?> target, Method method, InvocationContext call) {
        AdvisoryLock own = on(method);
        for (Class<?> type = target; own == null && type != null; type = type.getSuperclass()) {
            own = on(type);
        }
        return own != null ? own : inContainersView(call);
    }

    /** The annotation on a method or class itself; a class inherits its superclass's. */
    static @Nullable AdvisoryLock on(AnnotatedElement element) {
        AdvisoryLock direct = element.getAnnotation(AdvisoryLock.class);
        return direct != null ? direct : carried(Arrays.asList(element.getAnnotations()));
    }

    private static @Nullable AdvisoryLock carried(List<Annotation> annotations) {
        for (Annotation annotation : annotations) {
            Class<?> carrier = annotation.annotationType();
            if (carrier.isAnnotationPresent(Stereotype.class)
                    || carrier.isAnnotationPresent(InterceptorBinding.class)) {
                AdvisoryLock found = on(carrier);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static @Nullable AdvisoryLock inContainersView(InvocationContext call) {
        Object bindings = call.getContextData().get("org.jboss.weld.interceptor.bindings");
        if (bindings == null) {
            bindings = interceptorBindings(call);
        }
        if (bindings instanceof Collection<?> all) {
            for (Object binding : all) {
                if (binding instanceof AdvisoryLock lock) {
                    return lock;
                }
            }
        }
        return null;
    }

    /** {@code InvocationContext.getInterceptorBindings()} of Interceptors 2.2. */
    private static @Nullable Object interceptorBindings(InvocationContext call) {
        try {
            return InvocationContext.class.getMethod("getInterceptorBindings").invoke(call);
        } catch (NoSuchMethodException | IllegalAccessException before22) {
            return null;
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
