package org.advisorylock.impl.key;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.advisorylock.spi.ValueTypes;
import org.jspecify.annotations.Nullable;

/**
 * Values and collections that the library can read without running code of the application. Such code may query, and
 * then the transaction holds something that others wait for.
 */
final class PlainValue {

    /** Exactly these classes, not their subclasses. */
    private static final Set<Class<?>> COLLECTIONS = Set.of(
            ArrayList.class,
            LinkedList.class,
            HashSet.class,
            LinkedHashSet.class,
            TreeSet.class,
            List.of().getClass(),
            List.of(1).getClass(),
            Set.of().getClass(),
            Set.of(1).getClass(),
            Arrays.asList(1).getClass());

    private PlainValue() {}

    /** Whether each value of a declared type is plain. */
    static boolean isAlways(Class<?> declared) {
        return declared.isPrimitive()
                || declared.isEnum()
                || (Modifier.isFinal(declared.getModifiers()) && ValueTypes.isPlain(declared));
    }

    /** Whether a value is plain. */
    static boolean is(@Nullable Object value) {
        if (value == null || value instanceof Enum || ValueTypes.isPlain(value.getClass())) {
            return true;
        }
        if (value instanceof Optional<?> optional) {
            return is(optional.orElse(null));
        }
        if (value instanceof Object[] array) {
            return Arrays.stream(array).allMatch(PlainValue::is);
        }
        Class<?> type = value.getClass();
        return type.isArray()
                || (COLLECTIONS.contains(type)
                        && ((Collection<?>) value).stream().allMatch(PlainValue::is));
    }
}
