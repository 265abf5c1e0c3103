package org.advisorylock.impl.plan;

import java.lang.annotation.AnnotationFormatError;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockKey;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a class has one of this library's annotations anywhere, before it is checked. Most classes have none.
 * If a class cannot be looked at because one of its types is missing, that does not matter here.
 */
final class AnnotationSearch {

    private final Annotations.View view;
    private final Map<Class<?>, Boolean> known = new HashMap<>();

    AnnotationSearch(Annotations.View view) {
        this.view = view;
    }

    /** Whether the class, a superclass or an interface has one. */
    boolean isAnywhereIn(@Nullable Class<?> type) {
        if (type == null || type.isPrimitive() || type.getName().startsWith("java.")) {
            return false;
        }
        Boolean answer = known.get(type);
        if (answer == null) {
            answer = isIn(type)
                    || isAnywhereIn(type.getSuperclass())
                    || Arrays.stream(type.getInterfaces()).anyMatch(this::isAnywhereIn);
            known.put(type, answer);
        }
        return answer;
    }

    private boolean isIn(Class<?> type) {
        try {
            return isMark(view.of(type))
                    || Arrays.stream(type.getDeclaredMethods()).anyMatch(this::isMarked);
        } catch (LinkageError | RuntimeException | AnnotationFormatError unreadable) {
            return false;
        }
    }

    private boolean isMarked(Method method) {
        return isMark(view.of(method))
                || (method.getParameterCount() > 0
                        && Arrays.stream(method.getParameters()).anyMatch(AnnotationSearch::isKey));
    }

    private static boolean isMark(Annotations marks) {
        return !marks.types().isEmpty() && EffectiveLock.carries(marks.types(), List.of(AdvisoryLock.class)::contains);
    }

    static boolean isKey(Parameter parameter) {
        return parameter.isAnnotationPresent(LockKey.class);
    }
}
