package org.advisorylock.impl.plan;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.advisorylock.AdvisoryLock;
import org.jspecify.annotations.Nullable;

/** The methods of a bean class, its own and inherited ones, each with the {@link AdvisoryLock} that applies to it. */
final class BeanMethods {

    /**
     * Methods that the container calls itself, without interceptors. By name, because not every runtime has all of
     * these annotations.
     */
    private static final Set<String> NOT_BUSINESS = Set.of(
            "jakarta.annotation.PostConstruct",
            "jakarta.annotation.PreDestroy",
            "jakarta.inject.Inject",
            "jakarta.interceptor.AroundInvoke",
            "jakarta.interceptor.AroundTimeout",
            "jakarta.interceptor.AroundConstruct",
            "jakarta.ejb.PostActivate",
            "jakarta.ejb.PrePassivate",
            "jakarta.ejb.AfterBegin",
            "jakarta.ejb.BeforeCompletion",
            "jakarta.ejb.AfterCompletion");

    private static final Set<String> SYNCHRONIZATION = Set.of("afterBegin", "beforeCompletion", "afterCompletion");

    /**
     * One method.
     *
     * @param own the annotation on the method itself
     * @param applied the annotation that applies: its own, or that of the class
     * @param overridden whether a method of a subclass overrides it
     */
    record Of(Method method, @Nullable AdvisoryLock own, @Nullable AdvisoryLock applied, boolean overridden) {

        /** No container calls private and static methods. */
        boolean isReachable() {
            return isReachable(method);
        }

        private static boolean isReachable(Method method) {
            return !Modifier.isPrivate(method.getModifiers()) && !Modifier.isStatic(method.getModifiers());
        }
    }

    private final Class<?> bean;
    private final @Nullable AdvisoryLock onClass;
    private final List<Of> all = new ArrayList<>();

    /** @throws org.advisorylock.LockGuardException if two different annotations are on the class or on one method */
    BeanMethods(Class<?> bean, Annotations.View view) {
        this.bean = bean;
        this.onClass = EffectiveLock.findOn(bean, view);
        Set<String> signatures = new HashSet<>();
        for (Class<?> type = bean; type != null && type != Object.class; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                if (!method.isSynthetic()) {
                    AdvisoryLock own = EffectiveLock.findOn(method, view);
                    boolean overridden = Of.isReachable(method)
                            && !signatures.add(method.getName() + Arrays.toString(method.getParameterTypes()));
                    boolean byClass = Of.isReachable(method) && !overridden && isBusiness(method);
                    all.add(new Of(method, own, own != null ? own : byClass ? onClass : null, overridden));
                }
            }
        }
    }

    @Nullable
    AdvisoryLock onClass() {
        return onClass;
    }

    List<Of> all() {
        return all;
    }

    /** The methods that the interceptor guards. */
    List<Of> locked() {
        return all.stream()
                .filter(one -> one.isReachable() && !one.overridden() && one.applied() != null)
                .toList();
    }

    /** The methods of an instance that its users can call, without the overridden ones and those of Object. */
    List<Method> callable() {
        return all.stream()
                .filter(one -> one.isReachable() && !one.overridden() && isBusiness(one.method()))
                .map(Of::method)
                .toList();
    }

    private boolean isBusiness(Method method) {
        boolean ofObject = Arrays.stream(Object.class.getMethods())
                .anyMatch(m -> m.getName().equals(method.getName())
                        && Arrays.equals(m.getParameterTypes(), method.getParameterTypes()));
        return !ofObject && whyNotBusiness(method).isEmpty();
    }

    /** The reason why the container calls a method without interceptors; empty if it does not. */
    String whyNotBusiness(Method method) {
        for (Annotation annotation : method.getAnnotations()) {
            if (NOT_BUSINESS.contains(annotation.annotationType().getName())) {
                return "@" + annotation.annotationType().getSimpleName();
            }
        }
        return SYNCHRONIZATION.contains(method.getName())
                        && Supertypes.anyName(bean, "jakarta.ejb.SessionSynchronization"::equals)
                ? "SessionSynchronization"
                : "";
    }
}
