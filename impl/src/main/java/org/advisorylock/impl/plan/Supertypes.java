package org.advisorylock.impl.plan;

import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Searches the supertypes of a class by name, for types that a runtime may not have. */
public final class Supertypes {

    private Supertypes() {}

    /** Whether the class, a superclass or an interface has such a name. */
    public static boolean anyName(@Nullable Class<?> type, Predicate<String> wanted) {
        return type != null
                && (wanted.test(type.getName())
                        || anyName(type.getSuperclass(), wanted)
                        || Arrays.stream(type.getInterfaces()).anyMatch(one -> anyName(one, wanted)));
    }

    /** Whether the class or a superclass has an annotation with such a name. */
    static boolean anyAnnotation(Class<?> type, Predicate<String> wanted) {
        for (Class<?> one = type; one != null; one = one.getSuperclass()) {
            if (Arrays.stream(one.getAnnotations())
                    .anyMatch(annotation ->
                            wanted.test(annotation.annotationType().getName()))) {
                return true;
            }
        }
        return false;
    }
}
