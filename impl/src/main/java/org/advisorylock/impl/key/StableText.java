package org.advisorylock.impl.key;

import java.lang.reflect.Modifier;
import java.util.Calendar;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.stream.BaseStream;

/**
 * Tells whether the text of a type's values is the same on every server and after every rename. A key that differs from server
 * to server would guard nothing.
 */
final class StableText {

    /** Why values of a class have no stable text; empty if they have. */
    private static final ClassValue<String> WHY_NOT = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            if (type.isRecord()) {
                return "as a record prints the names of its type and components, and a rename would change the key";
            }
            if (Date.class.isAssignableFrom(type) || Calendar.class.isAssignableFrom(type)) {
                return "prints in the time zone of its server";
            }
            if (isSeveral(type) || Map.class.isAssignableFrom(type)) {
                return "is a container inside a place";
            }
            return hasToStringOfItsOwn(type)
                    ? ""
                    : "has no toString of its own, so that each object would be another key";
        }
    };

    private StableText() {}

    /** Why a value of this class has no stable text; empty if it has. */
    static String whyNot(Class<?> type) {
        return type.isEnum() ? "" : WHY_NOT.get(type);
    }

    /** The same for a declared type, of whose subtypes nothing is known: refuses only what no subtype could mend. */
    static String whyNeverOf(Class<?> declared) {
        boolean open =
                declared.isInterface() || Modifier.isAbstract(declared.getModifiers()) || declared == Object.class;
        return declared.isPrimitive() || (open && !Map.class.isAssignableFrom(declared)) ? "" : whyNot(declared);
    }

    /** Whether a value of this class stands for several keys. */
    static boolean isSeveral(Class<?> type) {
        return type.isArray() || Collection.class.isAssignableFrom(type) || BaseStream.class.isAssignableFrom(type);
    }

    private static boolean hasToStringOfItsOwn(Class<?> type) {
        try {
            return type.getMethod("toString").getDeclaringClass() != Object.class;
        } catch (NoSuchMethodException interfaceType) {
            return false;
        }
    }
}
