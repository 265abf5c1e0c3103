package org.advisorylock.impl.plan;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.List;
import org.advisorylock.AdvisoryLock;

/**
 * The annotations of a class or a method.
 *
 * @param locks the {@link AdvisoryLock}s among them
 * @param types the types of all
 */
record Annotations(List<AdvisoryLock> locks, List<Class<? extends Annotation>> types) {

    /** A source of annotations. */
    @FunctionalInterface
    interface View {
        /** The annotations of a class or a method. */
        Annotations of(AnnotatedElement element);
    }

    /** By reflection: the annotations in the source. */
    static Annotations declared(AnnotatedElement element) {
        List<AdvisoryLock> locks = new ArrayList<>();
        List<Class<? extends Annotation>> types = new ArrayList<>();
        for (Annotation annotation : element.getAnnotations()) {
            types.add(annotation.annotationType());
            if (annotation instanceof AdvisoryLock lock) {
                locks.add(lock);
            }
        }
        return new Annotations(locks, types);
    }
}
