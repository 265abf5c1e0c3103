package org.advisorylock.impl.plan;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.advisorylock.impl.DeploymentMessage;
import org.advisorylock.impl.LogMessage;
import org.advisorylock.impl.key.Signature;

/**
 * Finds methods whose interceptors Weld skips while another method of the same instance runs, intercepted or not. The
 * reason is Weld's {@code InterceptionDecorationContext}; {@code VisibilityIT} shows it. A client proxy prevents that,
 * but only for methods that it need not call by reflection: public ones with public types.
 */
final class SkippedInterceptors {

    /** Only the container calls these, and it does not call one of their methods from another one. */
    private static final Set<String> COMPONENTS = Set.of(
            "jakarta.ws.rs.Path",
            "jakarta.ws.rs.ext.Provider",
            "jakarta.websocket.server.ServerEndpoint",
            "jakarta.websocket.ClientEndpoint");

    private SkippedInterceptors() {}

    static void check(
            Class<?> bean,
            BeanKind kind,
            BeanMethods methods,
            Annotations.View view,
            Set<String> problems,
            Set<String> warnings) {
        switch (kind) {
            case PROXIED -> checkProxied(bean, methods, problems, warnings);
            case DEPENDENT, SHARED -> checkShared(bean, kind, methods, view, problems);
            case ALWAYS_INTERCEPTED -> {}
        }
    }

    private static void checkProxied(Class<?> bean, BeanMethods methods, Set<String> problems, Set<String> warnings) {
        StringBuilder helpers = new StringBuilder();
        for (BeanMethods.Of one : methods.locked()) {
            String hidden = whyByReflection(one.method());
            boolean isCalledByContainer = isCalledWithParameters(one.method());
            if (hidden.isEmpty() || isCalledByContainer) {
                continue;
            }
            if (one.own() != null || Modifier.isPublic(one.method().getModifiers())) {
                problems.add(DeploymentMessage.BY_REFLECTION.text(new Signature(bean, one.method()), hidden));
            } else {
                helpers.append(helpers.isEmpty() ? "" : ", ")
                        .append(one.method().getName());
            }
        }
        if (!helpers.isEmpty()) {
            warnings.add(LogMessage.NOT_PUBLIC.text(bean.getName(), helpers));
        }
    }

    private static String whyByReflection(Method method) {
        if (!Modifier.isPublic(method.getModifiers())) {
            return "is not public";
        }
        return Stream.concat(Stream.of(method.getReturnType()), Arrays.stream(method.getParameterTypes()))
                .filter(type -> !Modifier.isPublic(type.getModifiers()))
                .findFirst()
                .map(type -> "has the type " + type.getSimpleName() + ", which is not public")
                .orElse("");
    }

    private static void checkShared(
            Class<?> bean, BeanKind kind, BeanMethods methods, Annotations.View view, Set<String> problems) {
        boolean isComponent = isComponent(bean);
        List<Method> others = methods.callable().stream()
                .filter(method -> !isFresh(method, kind))
                .filter(method -> !isComponent || isIntercepted(bean, method, methods, view))
                .toList();
        for (BeanMethods.Of one : methods.locked()) {
            String beside = others.stream()
                    .filter(other -> !other.equals(one.method()))
                    .map(other -> new Signature(bean, other).toString())
                    .collect(Collectors.joining(", "));
            if (!beside.isEmpty() && !isFresh(one.method(), kind) && !EjbJar.names(bean)) {
                problems.add(DeploymentMessage.NO_NORMAL_SCOPE.text(new Signature(bean, one.method()), beside));
                return;
            }
        }
    }

    /** Observers, producers and disposers of a dependent bean run on an instance that nobody else has. */
    private static boolean isFresh(Method method, BeanKind kind) {
        return kind == BeanKind.DEPENDENT && isCalledWithParameters(method);
    }

    private static boolean isCalledWithParameters(Method method) {
        return hasAnnotation(List.of(method.getAnnotations()), Set.of("jakarta.enterprise.inject.Produces"))
                || Arrays.stream(method.getParameters())
                        .anyMatch(parameter -> hasAnnotation(
                                List.of(parameter.getAnnotations()),
                                Set.of(
                                        "jakarta.enterprise.event.Observes",
                                        "jakarta.enterprise.event.ObservesAsync",
                                        "jakarta.enterprise.inject.Disposes")));
    }

    private static boolean hasAnnotation(Collection<Annotation> annotations, Set<String> names) {
        return annotations.stream()
                .anyMatch(
                        annotation -> names.contains(annotation.annotationType().getName()));
    }

    private static boolean isComponent(Class<?> bean) {
        return Supertypes.anyAnnotation(bean, COMPONENTS::contains)
                || Supertypes.anyName(
                        bean,
                        name -> name.startsWith("jakarta.batch.api.") || name.equals("jakarta.websocket.Endpoint"));
    }

    /**
     * Whether it has a binding on the method or the class, {@code @Interceptors}, or an interceptor method in the class
     * itself.
     */
    private static boolean isIntercepted(Class<?> bean, Method method, BeanMethods methods, Annotations.View view) {
        return isBound(view.of(method).types())
                || isBound(view.of(bean).types())
                || methods.all().stream()
                        .anyMatch(one -> one.method().isAnnotationPresent(jakarta.interceptor.AroundInvoke.class));
    }

    private static boolean isBound(Collection<Class<? extends Annotation>> types) {
        return EffectiveLock.carries(
                types,
                type -> type == jakarta.interceptor.Interceptors.class
                        || type.isAnnotationPresent(jakarta.interceptor.InterceptorBinding.class));
    }
}
