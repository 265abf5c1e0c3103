package org.advisorylock.impl.key;

import java.lang.reflect.Array;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.BaseStream;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockKey;
import org.advisorylock.impl.Message;
import org.jspecify.annotations.Nullable;

/** A template that was parsed and checked once, and turns a method's arguments into the texts of keys. */
public final class KeyTemplate {

    private final String[] literals;
    private final KeyPath[] places;

    private KeyTemplate(List<String> literals, List<KeyPath> places) {
        this.literals = literals.toArray(new String[0]);
        this.places = places.toArray(new KeyPath[0]);
    }

    /**
     * Parses a template of a method, with the places that its {@link LockKey} parameters append.
     *
     * @throws LockGuardException if it breaks a rule, with a message that tells which, and what is allowed
     */
    public static KeyTemplate parse(Signature signature, String template) {
        String whole = template + marked(signature);
        List<String> literals = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        int end = 0;
        for (int open = whole.indexOf('{'); open >= 0; open = whole.indexOf('{', end)) {
            int close = whole.indexOf('}', open);
            if (close < 0) {
                throw bad(signature, whole, "has a '{' without a '}'");
            }
            literals.add(whole.substring(end, open));
            paths.add(whole.substring(open + 1, close));
            end = close + 1;
        }
        literals.add(whole.substring(end));
        check(signature, whole, literals, paths);
        return new KeyTemplate(
                literals,
                paths.stream()
                        .map(path -> KeyPath.parse(signature, whole, path))
                        .toList());
    }

    private static String marked(Signature signature) {
        StringBuilder places = new StringBuilder();
        Parameter[] parameters = signature.method().getParameters();
        for (int i = 0; i < parameters.length; i++) {
            LockKey mark = parameters[i].getAnnotation(LockKey.class);
            if (mark != null) {
                places.append(":{")
                        .append(i)
                        .append(mark.value().isEmpty() ? "" : "." + mark.value())
                        .append('}');
            }
        }
        return places.toString();
    }

    private static void check(Signature signature, String template, List<String> literals, List<String> paths) {
        if (template.isEmpty()) {
            throw bad(signature, template, "is empty");
        }
        if (literals.stream().anyMatch(literal -> literal.indexOf('}') >= 0)) {
            throw bad(signature, template, "has a '}' without a '{'");
        }
        for (String path : paths) {
            if (Arrays.stream(path.split("\\.", -1)).anyMatch(name -> !isName(name))) {
                throw bad(
                        signature,
                        template,
                        "has the place '{" + path + "}', which is not a path of names parted by dots");
            }
        }
        for (int i = 1; i < paths.size(); i++) {
            if (literals.get(i).indexOf(':') < 0) {
                throw new LockGuardException(
                        Message.PLACES_NOT_PARTED.text(signature, template, paths.get(i - 1), paths.get(i)),
                        List.of(),
                        null);
            }
        }
        if (paths.size() > 1 && literals.stream().anyMatch(literal -> literal.indexOf('\\') >= 0)) {
            throw new LockGuardException(Message.BACKSLASH.text(signature, template), List.of(), null);
        }
    }

    private static boolean isName(String name) {
        return !name.isEmpty() && name.chars().allMatch(Character::isJavaIdentifierPart);
    }

    private static LockGuardException bad(Signature signature, String template, String how) {
        return new LockGuardException(Message.BAD_TEMPLATE.text(signature, template, how), List.of(), null);
    }

    /** Whether the key is the same for every call. */
    public boolean isConstant() {
        return places.length == 0;
    }

    /** Whether it runs no code of the application, whatever the arguments: its places are of types that nobody can extend. */
    public boolean readsArgumentsOnly() {
        return Arrays.stream(places).allMatch(KeyPath::isPlain);
    }

    /** Whether it runs no code of the application for these arguments. */
    public boolean readsArgumentsOnly(@Nullable Object[] arguments) {
        return Arrays.stream(places).allMatch(path -> path.isPlain(arguments));
    }

    /**
     * Gives the text of each key of a call. A stream among the arguments is replaced by a fresh one with the same elements,
     * since it can be read only once.
     */
    public void texts(@Nullable Object[] arguments, Consumer<String> keys) {
        append(arguments, 0, literals[0], keys);
    }

    private void append(@Nullable Object[] arguments, int place, String before, Consumer<String> keys) {
        if (place == places.length) {
            keys.accept(before);
            return;
        }
        KeyPath path = places[place];
        Object value = path.value(arguments);
        if (!StableText.isSeveral(value.getClass())) {
            append(arguments, place + 1, before + escaped(path.text(value)) + literals[place + 1], keys);
            return;
        }
        Object elements = value instanceof BaseStream<?, ?> stream ? drained(stream, path, arguments) : value;
        Object[] each = elements instanceof Collection<?> collection ? collection.toArray() : boxed(elements);
        if (each.length == 0) {
            throw path.empty();
        }
        for (Object element : each) {
            append(arguments, place + 1, before + escaped(path.text(element)) + literals[place + 1], keys);
        }
    }

    private String escaped(String value) {
        boolean plain = places.length == 1 || (value.indexOf(':') < 0 && value.indexOf('\\') < 0);
        return plain ? value : value.replace("\\", "\\\\").replace(":", "\\:");
    }

    private static Object[] boxed(Object array) {
        Object[] boxed = new Object[Array.getLength(array)];
        Arrays.setAll(boxed, i -> Array.get(array, i));
        return boxed;
    }

    private static Object drained(BaseStream<?, ?> stream, KeyPath path, @Nullable Object[] arguments) {
        Object elements;
        BaseStream<?, ?> fresh;
        if (stream instanceof IntStream ints) {
            int[] all = ints.toArray();
            elements = all;
            fresh = IntStream.of(all);
        } else if (stream instanceof LongStream longs) {
            long[] all = longs.toArray();
            elements = all;
            fresh = LongStream.of(all);
        } else if (stream instanceof DoubleStream doubles) {
            double[] all = doubles.toArray();
            elements = all;
            fresh = DoubleStream.of(all);
        } else {
            Object[] all = ((Stream<?>) stream).toArray();
            elements = all;
            fresh = Arrays.stream(all);
        }
        if (path.isArgument()) {
            arguments[path.parameter()] = fresh;
        }
        return elements;
    }
}
