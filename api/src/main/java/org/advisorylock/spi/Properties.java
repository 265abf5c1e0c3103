package org.advisorylock.spi;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The properties of a type that a path may name: record components and getters. */
public final class Properties {

    private static final MethodType ACCESSOR = MethodType.methodType(Object.class, Object.class);

    private Properties() {}

    /**
     * The properties of a type.
     *
     * @param type a class or an interface
     * @return the method that reads each of them, by name, in the order of the names
     */
    public static Map<String, Method> of(Class<?> type) {
        Map<String, Method> properties = new TreeMap<>();
        for (Method method : type.getMethods()) {
            String name = name(type, method);
            if (!name.isEmpty()) {
                properties.merge(name, method, (one, other) -> preferred(name, one, other));
            }
        }
        return properties;
    }

    private static String name(Class<?> type, Method method) {
        // Object's own getClass() is no property: class names are no keys.
        if (method.getParameterCount() > 0
                || method.getReturnType() == void.class
                || method.getDeclaringClass() == Object.class
                || Modifier.isStatic(method.getModifiers())) {
            return "";
        }
        String name = method.getName();
        if (type.isRecord()
                && Arrays.stream(type.getRecordComponents())
                        .anyMatch(component -> component.getName().equals(name))) {
            return name;
        }
        if (name.startsWith("get") && name.length() > 3) {
            return decapitalized(name.substring(3));
        }
        boolean truth = method.getReturnType() == boolean.class;
        return truth && name.startsWith("is") && name.length() > 2 ? decapitalized(name.substring(2)) : "";
    }

    /** As JavaBeans has it: {@code getURL} is the property {@code URL}. */
    private static String decapitalized(String name) {
        boolean acronym =
                name.length() > 1 && Character.isUpperCase(name.charAt(0)) && Character.isUpperCase(name.charAt(1));
        return acronym ? name : Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    /**
     * Chooses between two methods for one property. {@code getMethods} has no order, and the choice must be the same on
     * every server: a record's component, then {@code get}, then {@code is}. An override with a narrower result comes
     * together with its bridge.
     */
    private static Method preferred(String property, Method one, Method other) {
        int ranks = Integer.compare(rank(property, one), rank(property, other));
        if (ranks != 0) {
            return ranks < 0 ? one : other;
        }
        return one.getReturnType().isAssignableFrom(other.getReturnType()) ? other : one;
    }

    private static int rank(String property, Method method) {
        if (method.getName().equals(property)) {
            return 0;
        }
        return method.getName().startsWith("get") ? 1 : 2;
    }

    /**
     * A handle from object to value.
     *
     * @param property one of the {@link #of properties} of a type
     * @return a handle of the type {@code (Object)Object}
     * @throws IllegalAccessException if it cannot be called from outside its module
     */
    public static MethodHandle accessor(Method property) throws IllegalAccessException {
        Method reachable = reachable(property.getDeclaringClass(), property.getName());
        if (reachable != null) {
            try {
                return MethodHandles.publicLookup().unreflect(reachable).asType(ACCESSOR);
            } catch (IllegalAccessException notExported) {
                // The next look-up may be allowed.
            }
        }
        try {
            property.setAccessible(true);
        } catch (InaccessibleObjectException closed) {
            throw (IllegalAccessException) new IllegalAccessException(closed.getMessage()).initCause(closed);
        }
        return MethodHandles.lookup().unreflect(property).asType(ACCESSOR);
    }

    /** The method as a public type declares it: its own class may not be public. */
    private static @Nullable Method reachable(@Nullable Class<?> type, String name) {
        if (type == null) {
            return null;
        }
        if (Modifier.isPublic(type.getModifiers())) {
            try {
                return type.getMethod(name);
            } catch (NoSuchMethodException declaredBelow) {
                return null;
            }
        }
        for (Class<?> contract : type.getInterfaces()) {
            Method found = reachable(contract, name);
            if (found != null) {
                return found;
            }
        }
        return reachable(type.getSuperclass(), name);
    }
}
