package org.advisorylock.impl.key;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** The properties of a type that a path may name: record components and getters. */
final class Properties {

    private static final MethodType ACCESSOR = MethodType.methodType(Object.class, Object.class);

    private Properties() {}

    static Map<String, Method> of(Class<?> type) {
        Map<String, Method> properties = new TreeMap<>();
        for (Method method : type.getMethods()) {
            String name = name(type, method);
            if (!name.isEmpty()) {
                properties.merge(name, method, Properties::moreSpecific);
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

    /** An override with a narrower result comes together with its bridge. */
    private static Method moreSpecific(Method one, Method other) {
        return one.getReturnType().isAssignableFrom(other.getReturnType()) ? other : one;
    }

    /** A handle from object to value. */
    static MethodHandle accessor(Method method) throws IllegalAccessException {
        MethodHandle handle;
        try {
            handle = MethodHandles.publicLookup().unreflect(method);
        } catch (IllegalAccessException notPublic) {
            try {
                method.setAccessible(true);
            } catch (InaccessibleObjectException closed) {
                notPublic.addSuppressed(closed);
                throw notPublic;
            }
            handle = MethodHandles.lookup().unreflect(method);
        }
        return handle.asType(ACCESSOR);
    }
}
