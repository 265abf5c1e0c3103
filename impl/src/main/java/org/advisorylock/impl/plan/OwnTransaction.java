package org.advisorylock.impl.plan;

import jakarta.enterprise.inject.Stereotype;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a method's own {@code @Transactional} begins a transaction, so that the whole can be run again from
 * outside.
 */
final class OwnTransaction {

    private static final Set<String> ENTERPRISE_BEANS = Set.of(
            "jakarta.ejb.Stateless", "jakarta.ejb.Stateful", "jakarta.ejb.Singleton", "jakarta.ejb.MessageDriven");

    private OwnTransaction() {}

    /** Whether the application has the API of transactions. */
    static boolean isApiPresent() {
        try {
            return Transactional.class.isAnnotation();
        } catch (NoClassDefFoundError missing) {
            return false;
        }
    }

    static boolean isEnterpriseBean(Class<?> bean) {
        return Supertypes.anyAnnotation(bean, ENTERPRISE_BEANS::contains);
    }

    /** The type of the method's transaction; null without {@code @Transactional}. */
    static @Nullable TxType findType(Class<?> bean, Method method) {
        Transactional own = find(method);
        for (Class<?> type = bean; own == null && type != null; type = type.getSuperclass()) {
            own = find(type);
        }
        return own == null ? null : own.value();
    }

    /** Whether the calls of a method never join a transaction that was there before. */
    static boolean isApart(Class<?> bean, Method method) {
        TxType type = findType(bean, method);
        return type == TxType.REQUIRES_NEW || type == TxType.NOT_SUPPORTED || type == TxType.NEVER;
    }

    private static @Nullable Transactional find(AnnotatedElement element) {
        Transactional direct = element.getAnnotation(Transactional.class);
        if (direct != null) {
            return direct;
        }
        for (Annotation annotation : element.getAnnotations()) {
            if (annotation.annotationType().isAnnotationPresent(Stereotype.class)) {
                Transactional carried = find(annotation.annotationType());
                if (carried != null) {
                    return carried;
                }
            }
        }
        return null;
    }

    /** The reason why a method cannot be run again in a new transaction; empty if it can. */
    static String whyNotRepeatable(Class<?> bean, Method method) {
        if (isEnterpriseBean(bean)) {
            return "because the container of an enterprise bean begins the transaction outside all interceptors; repeat the call in"
                    + " its caller, or make it a CDI bean with @Transactional";
        }
        TxType type = findType(bean, method);
        if (type != TxType.REQUIRED && type != TxType.REQUIRES_NEW) {
            return "because the method begins no transaction; add @Transactional (REQUIRED or REQUIRES_NEW) to it";
        }
        if (Arrival.of(method.getReturnType()) != Arrival.NOW) {
            return "because its failure comes later, with its result; repeat the call in its caller";
        }
        for (Class<?> parameter : method.getParameterTypes()) {
            if (BaseStream.class.isAssignableFrom(parameter)) {
                return "because its stream can be read only once; use a collection";
            }
        }
        return "";
    }
}
