package org.advisorylock.spi;

import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.Collection;
import java.util.Date;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.BaseStream;
import java.util.stream.DoubleStream;
import org.advisorylock.AdvisoryLockKey;

/**
 * The types whose values may stand in a key: equal values have one text, on every server and in every release.
 * Everything else is refused. A text that differs from server to server, or between equal values, would be another key,
 * and would guard nothing.
 */
public final class ValueTypes {

    private static final Set<Class<?>> VALUES = Set.of(
            Boolean.class,
            Character.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            BigInteger.class,
            BigDecimal.class,
            UUID.class,
            URI.class,
            AdvisoryLockKey.class,
            Instant.class,
            LocalDate.class,
            LocalTime.class,
            LocalDateTime.class,
            OffsetTime.class,
            OffsetDateTime.class,
            ZonedDateTime.class,
            Year.class,
            YearMonth.class,
            MonthDay.class,
            Duration.class,
            Period.class);

    private static final Set<Class<?>> OPTIONALS = Set.of(Optional.class, OptionalInt.class, OptionalLong.class);

    private static final Set<Class<?>> WHOLE_PRIMITIVES =
            Set.of(boolean.class, char.class, byte.class, short.class, int.class, long.class);

    private static final Set<Class<?>> FLOATING = Set.of(
            float.class, double.class, Float.class, Double.class, OptionalDouble.class, float[].class, double[].class);

    private ValueTypes() {}

    /**
     * Whether values of a class have one text.
     *
     * @param type the class of a value
     * @return whether it is allowed
     */
    static boolean isValue(Class<?> type) {
        return VALUES.contains(type)
                || CharSequence.class.isAssignableFrom(type)
                || Enum.class.isAssignableFrom(type)
                || ZoneId.class.isAssignableFrom(type);
    }

    /**
     * Whether the library makes the text of a value of exactly this class without running code of the application.
     *
     * @param type the class of a value
     * @return true for those of the JDK and the library that are allowed; what an {@link Optional} holds is not asked
     *     for
     */
    public static boolean isPlain(Class<?> type) {
        return type == String.class || VALUES.contains(type) || (type != Optional.class && OPTIONALS.contains(type));
    }

    /**
     * Whether a value of this class stands for several keys.
     *
     * @param type a class
     * @return true for a {@link Collection}, a stream and an array, but not for floating point, bytes and characters
     */
    public static boolean isSeveral(Class<?> type) {
        if (type.isArray()) {
            return type != byte[].class && type != char[].class && !FLOATING.contains(type);
        }
        return (Collection.class.isAssignableFrom(type)
                        || (BaseStream.class.isAssignableFrom(type) && !DoubleStream.class.isAssignableFrom(type)))
                && !isValue(type)
                && !Map.class.isAssignableFrom(type);
    }

    /**
     * Why no value of a declared type can make a key, whatever its class turns out to be. An open type, such as
     * {@code Object}, {@code Number} or an interface, may have values that can.
     *
     * @param declared the type of a parameter or a property
     * @return why not, and what to give instead; empty if a value may make a key
     */
    public static String whyNever(Class<?> declared) {
        if (isValue(declared)
                || isSeveral(declared)
                || WHOLE_PRIMITIVES.contains(declared)
                || OPTIONALS.contains(declared)
                || (isOpen(declared) && !isNever(declared))) {
            return "";
        }
        return whyNot(declared);
    }

    private static boolean isOpen(Class<?> declared) {
        boolean isAbstract = Modifier.isAbstract(declared.getModifiers());
        return declared == Object.class || (isAbstract && !declared.isArray() && !declared.isPrimitive());
    }

    private static boolean isNever(Class<?> declared) {
        return Date.class.isAssignableFrom(declared)
                || Calendar.class.isAssignableFrom(declared)
                || isContainer(declared)
                || DoubleStream.class.isAssignableFrom(declared)
                || isJson(declared);
    }

    private static boolean isContainer(Class<?> type) {
        return Map.class.isAssignableFrom(type)
                || Map.Entry.class.isAssignableFrom(type)
                || Iterator.class.isAssignableFrom(type)
                || isSeveral(type);
    }

    private static boolean isJson(Class<?> type) {
        if (type.getName().startsWith("jakarta.json.")) {
            return true;
        }
        for (Class<?> contract : type.getInterfaces()) {
            if (isJson(contract)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Why a value of a class that is not allowed makes no key, and what to give instead.
     *
     * @param type the class
     * @return the end of a sentence that begins with the class
     */
    static String whyNot(Class<?> type) {
        if (FLOATING.contains(type) || DoubleStream.class.isAssignableFrom(type)) {
            return "is floating point, where values that should be equal differ; pass a whole number or a BigDecimal";
        }
        if (type == byte[].class) {
            return "is a container of bytes; pass one text for all of them, as HexFormat makes it";
        }
        if (type == char[].class) {
            return "is a container of characters; pass their text, new String(...)";
        }
        if (isJson(type)) {
            return "is JSON, which can write one value in several ways; name a value inside it, as from getString() or"
                    + " longValue()";
        }
        if (Date.class.isAssignableFrom(type) || Calendar.class.isAssignableFrom(type)) {
            return "prints in the time zone of its server; pass an Instant or a LocalDate";
        }
        if (isContainer(type)) {
            return "is a container inside a place; name a value inside it, or pass a List of values";
        }
        String what = type.isRecord()
                ? "is a record as a whole, and prints the names of its type and components"
                : "is not text, a whole number, BigDecimal, boolean, enum, UUID, URI or a value of java.time, and may"
                        + " print something else each time";
        return what + "; name a value inside it, as in '{0.id}'";
    }
}
