package org.advisorylock.impl.plan;

import jakarta.enterprise.inject.Produces;
import java.lang.annotation.AnnotationFormatError;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import org.advisorylock.impl.DeploymentMessage;

/** Finds producers that make instances of a class with the annotation. No interceptor is called for these. */
final class ProducerCheck {

    private ProducerCheck() {}

    /** Looks only at what the class itself produces. The produced class is checked if it is a bean. */
    static void check(Class<?> bean, CheckContext context, Set<String> problems) {
        try {
            for (Method method : bean.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Produces.class) && !isIntercepting(method)) {
                    check(bean, method, method.getReturnType(), context, problems);
                }
            }
            for (Field field : bean.getDeclaredFields()) {
                if (field.isAnnotationPresent(Produces.class) && !isInjected(field)) {
                    check(bean, field, field.getType(), context, problems);
                }
            }
        } catch (LinkageError | TypeNotPresentException | AnnotationFormatError unreadable) {
            // One of its types is missing, so nobody can look at it. The container reports that, if it matters.
            return;
        }
    }

    private static void check(
            Class<?> bean, Member producer, Class<?> type, CheckContext context, Set<String> problems) {
        if (context.mentions().isAnywhereIn(type)
                && !new BeanMethods(type, context.view()).locked().isEmpty()) {
            problems.add(
                    DeploymentMessage.NOT_INTERCEPTED.text(
                            type.getName(),
                            "because the producer " + bean.getName() + "." + producer.getName()
                                    + " makes its instances, and no interceptor is"
                                    + " called for these; make the class a bean, or use an InterceptionFactory in the producer"));
        }
    }

    /** Whether a producer may give an intercepted object, because an InterceptionFactory made it or it was injected. */
    private static boolean isIntercepting(Method producer) {
        return Arrays.stream(producer.getParameterTypes())
                .anyMatch(type -> type.getName().equals("jakarta.enterprise.inject.spi.InterceptionFactory")
                        || producer.getReturnType().isAssignableFrom(type));
    }

    /** A field that the container fills, as with {@code @EJB}, has an intercepted object. */
    private static boolean isInjected(Field field) {
        return Arrays.stream(field.getAnnotations())
                .map(annotation -> annotation.annotationType().getName())
                .anyMatch(name -> name.equals("jakarta.ejb.EJB") || name.equals("jakarta.annotation.Resource"));
    }
}
