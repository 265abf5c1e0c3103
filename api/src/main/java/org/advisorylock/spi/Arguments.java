package org.advisorylock.spi;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.BaseStream;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockKeyException;
import org.jspecify.annotations.Nullable;

/** Reads the arguments of a call in code by the places of a template, whose paths begin with an index. */
public final class Arguments {

    /**
     * The handle of each property. Of JDK types only, so that no application's class loader is kept by another one's
     * class.
     */
    private static final ClassValue<Map<String, MethodHandle>> PROPERTIES = new ClassValue<>() {
        @Override
        protected Map<String, MethodHandle> computeValue(Class<?> type) {
            Map<String, MethodHandle> handles = new HashMap<>();
            for (Map.Entry<String, Method> property : Properties.of(type).entrySet()) {
                try {
                    handles.put(property.getKey(), Properties.accessor(property.getValue()));
                } catch (IllegalAccessException closed) {
                    // A template that names it gets an error.
                }
            }
            return Map.copyOf(handles);
        }
    };

    private final String subject;
    private final Template template;
    private final @Nullable Object[] arguments;
    private final Object[] texts;

    private Arguments(String subject, Template template, @Nullable Object[] arguments) {
        this.subject = subject;
        this.template = template;
        this.arguments = arguments.clone();
        this.texts = new Object[template.paths().size()];
    }

    /**
     * The texts of the values.
     *
     * @param subject whose template it is, for messages
     * @param template the template
     * @param arguments the arguments
     * @return for each place a {@code String}, or a {@code List} of several different ones
     * @throws LockKeyException if a place names no argument, an argument is named by no place, or a value makes no text
     */
    public static Object[] texts(String subject, Template template, @Nullable Object... arguments) {
        return new Arguments(subject, template, arguments).read();
    }

    private Object[] read() {
        List<String> paths = template.paths();
        int[] indexes = new int[paths.size()];
        boolean[] isUsed = new boolean[arguments.length];
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = index(paths.get(i));
            isUsed[indexes[i]] = true;
        }
        for (int i = 0; i < isUsed.length; i++) {
            if (!isUsed[i]) {
                throw bad(
                        "ADVLOCK-0221",
                        "has no place for argument " + i
                                + ", so calls that differ in it would share a key; add '{" + i
                                + "}', or leave the argument out");
            }
        }
        for (int i = 0; i < indexes.length; i++) {
            texts[i] = texts(indexes[i], paths.get(i));
        }
        return texts;
    }

    private int index(String path) {
        String name = names(path)[0];
        if (!name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw bad(
                    "ADVLOCK-0219",
                    "names '" + Printable.of(path)
                            + "', but in code arguments have no names; write the index, as in '{0}' or '{0.id}'");
        }
        int index = name.length() < 4 ? Integer.parseInt(name) : Integer.MAX_VALUE;
        if (index >= arguments.length) {
            throw bad(
                    "ADVLOCK-0220",
                    "names the argument {" + Printable.of(name) + "}, but there are " + arguments.length
                            + ", counted from {0}; pass it, or correct the index");
        }
        return index;
    }

    private static String[] names(String path) {
        return path.split("\\.", -1);
    }

    private Object texts(int argument, String path) {
        String[] names = names(path);
        Place place = new Place(subject, path, template.toString());
        Object value = ValueTexts.unwrap(arguments[argument]);
        for (int i = 1; i < names.length; i++) {
            if (value == null) {
                throw place.isNull();
            }
            value = ValueTexts.unwrap(property(value, names[i], place));
        }
        if (value == null) {
            throw place.isNull();
        }
        if (!ValueTexts.isSeveral(value)) {
            return ValueTexts.text(value, place);
        }
        if (value instanceof BaseStream<?, ?> stream) {
            value = ValueTexts.drain(stream, place, ValueTexts.MOST_ELEMENTS);
            if (names.length == 1) {
                // Another place may name it again.
                arguments[argument] = value;
            }
        }
        List<String> texts = ValueTexts.texts(value, place, ValueTexts.MOST_ELEMENTS);
        return texts.size() == 1 ? texts.get(0) : texts;
    }

    private @Nullable Object property(Object bean, String name, Place place) {
        try {
            if (bean instanceof Map<?, ?> map) {
                return map.get(name);
            }
            MethodHandle property = PROPERTIES.get(bean.getClass()).get(name);
            if (property == null) {
                throw bad(
                        "ADVLOCK-0222",
                        "names the property '" + Printable.of(name) + "', but "
                                + Printable.of(bean.getClass().getTypeName())
                                + " has no such property, or keeps it inside its module; it has "
                                + Printable.of(
                                        String.join(
                                                ", ",
                                                PROPERTIES.get(bean.getClass()).keySet().stream()
                                                        .sorted()
                                                        .toList()),
                                        300));
            }
            return (Object) property.invokeExact(bean);
        } catch (AdvisoryLockException | Error e) {
            throw e;
        } catch (Throwable thrown) {
            throw place.isUnreadable(thrown);
        }
    }

    private LockKeyException bad(String id, String how) {
        return new LockKeyException(
                id + ": " + subject + ": template '" + Printable.of(template.toString()) + "' " + how);
    }
}
