package org.advisorylock.impl.plan;

import jakarta.enterprise.inject.Stereotype;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.DeploymentMessage;
import org.jspecify.annotations.Nullable;

/**
 * Finds the {@link AdvisoryLock} that applies to a method. That is its own, else that of its class. Each may be direct,
 * or come from another interceptor binding or a stereotype. The container's own view of a call comes first, because it
 * knows what extensions added. On several servers that view is empty for enterprise beans, and before Interceptors 2.2
 * there is no API for it. Then the declared annotations count.
 */
public final class EffectiveLock {

    private static final String WELD_BINDINGS = "org.jboss.weld.interceptor.bindings";

    private EffectiveLock() {}

    /** The annotation of an intercepted call. The class of the target may be one that the container derived. */
    static @Nullable AdvisoryLock find(Class<?> target, Method method, InvocationContext call) {
        AdvisoryLock seen = inContainersView(call);
        if (seen != null) {
            return seen;
        }
        AdvisoryLock own = findOn(method, Annotations::declared);
        for (Class<?> type = target; own == null && type != null; type = type.getSuperclass()) {
            own = findOn(type, Annotations::declared);
        }
        return own;
    }

    /**
     * The annotation on a method or class itself; a class inherits that of its superclass.
     *
     * @throws LockGuardException if there are several different ones
     */
    static @Nullable AdvisoryLock findOn(AnnotatedElement element, Annotations.View view) {
        Annotations marks = view.of(element);
        Set<AdvisoryLock> found = new LinkedHashSet<>(marks.locks());
        visitCarried(marks.types(), new HashSet<>(), carrier -> {
            found.addAll(Annotations.declared(carrier).locks());
            return false;
        });
        if (found.size() > 1) {
            throw new LockGuardException(DeploymentMessage.AMBIGUOUS.text(element, found), List.of(), null);
        }
        Iterator<AdvisoryLock> only = found.iterator();
        return only.hasNext() ? only.next() : null;
    }

    /** Whether one of these annotations, or one that is on them, is the wanted one. */
    public static boolean carries(Collection<Class<? extends Annotation>> types, Predicate<Class<?>> wanted) {
        return types.stream().anyMatch(wanted)
                || visitCarried(types, new HashSet<>(), carrier -> Annotations.declared(carrier).types().stream()
                        .anyMatch(wanted));
    }

    /** Visits interceptor bindings and stereotypes, and those on them, until the visitor stops. */
    private static boolean visitCarried(
            Collection<Class<? extends Annotation>> types, Set<Class<?>> visited, Predicate<Class<?>> visitor) {
        for (Class<? extends Annotation> carrier : types) {
            boolean carries = carrier != AdvisoryLock.class
                    && (carrier.isAnnotationPresent(Stereotype.class)
                            || carrier.isAnnotationPresent(InterceptorBinding.class));
            if (carries
                    && visited.add(carrier)
                    && (visitor.test(carrier)
                            || visitCarried(Annotations.declared(carrier).types(), visited, visitor))) {
                return true;
            }
        }
        return false;
    }

    /**
     * The bindings of an intercepted call in Weld: one object for all calls of a method of a bean. Null on other
     * containers.
     */
    static @Nullable Object bindings(InvocationContext call) {
        return call.getContextData().get(WELD_BINDINGS);
    }

    private static @Nullable AdvisoryLock inContainersView(InvocationContext call) {
        Object bindings = bindings(call);
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
