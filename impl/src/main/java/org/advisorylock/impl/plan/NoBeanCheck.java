package org.advisorylock.impl.plan;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;

/**
 * Recognizes classes whose instances are never beans, whatever annotations they have: somebody else creates them, and
 * calls no interceptor.
 */
final class NoBeanCheck {

    private static final Set<String> SERVLETS =
            Set.of("jakarta.servlet.Servlet", "jakarta.servlet.Filter", "jakarta.servlet.http.HttpUpgradeHandler");

    private static final Set<String> SERVLET_ANNOTATIONS = Set.of(
            "jakarta.servlet.annotation.WebServlet",
            "jakarta.servlet.annotation.WebFilter",
            "jakarta.servlet.annotation.WebListener");

    private static final Set<String> ENTITIES = Set.of(
            "jakarta.persistence.Entity", "jakarta.persistence.MappedSuperclass", "jakarta.persistence.Embeddable");

    private static final Set<String> CALLBACKS = Set.of(
            "jakarta.persistence.PrePersist",
            "jakarta.persistence.PostPersist",
            "jakarta.persistence.PreUpdate",
            "jakarta.persistence.PostUpdate",
            "jakarta.persistence.PreRemove",
            "jakarta.persistence.PostRemove",
            "jakarta.persistence.PostLoad");

    private NoBeanCheck() {}

    /** Who creates and calls the instances; empty if the class may be a bean. */
    static String why(Class<?> type) {
        if (Supertypes.anyName(type, NoBeanCheck::isServlet)
                || Supertypes.anyAnnotation(type, SERVLET_ANNOTATIONS::contains)) {
            return "the servlet container";
        }
        if (Supertypes.anyAnnotation(type, ENTITIES::contains)) {
            return "the persistence provider, or the application itself,";
        }
        for (Class<?> one = type; one != null; one = one.getSuperclass()) {
            if (Arrays.stream(one.getDeclaredMethods()).anyMatch(NoBeanCheck::isCallback)) {
                return "the persistence provider";
            }
        }
        return "";
    }

    private static boolean isServlet(String name) {
        return SERVLETS.contains(name) || (name.startsWith("jakarta.servlet.") && name.endsWith("Listener"));
    }

    private static boolean isCallback(Method method) {
        return Arrays.stream(method.getAnnotations())
                .anyMatch(annotation ->
                        CALLBACKS.contains(annotation.annotationType().getName()));
    }
}
