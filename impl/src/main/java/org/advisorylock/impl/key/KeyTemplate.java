package org.advisorylock.impl.key;

import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.BaseStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockKey;
import org.advisorylock.LockKeyException;
import org.advisorylock.impl.DeploymentMessage;
import org.advisorylock.spi.KeyCollector;
import org.advisorylock.spi.Template;
import org.advisorylock.spi.ValueTexts;
import org.jspecify.annotations.Nullable;

/** A template, parsed and checked once, which turns the arguments of a method into keys. */
public final class KeyTemplate {

    /** Values that may make the text of a number together with the rest of the template. */
    private static final List<String> NUMBERS = List.of("1", "-1", "1,1", "1,-1", ",1", ",-1", "1,", "-1,");

    private final Template template;
    private final KeyPath[] places;

    private KeyTemplate(Signature signature, Template template) {
        this.template = template;
        this.places = template.paths().stream()
                .map(path -> KeyPath.parse(signature, template.toString(), path))
                .toArray(KeyPath[]::new);
    }

    /**
     * Parses a template of a method, with the places that its {@link LockKey} parameters append.
     *
     * @param hash how its texts become numbers
     * @throws LockGuardException if it breaks a rule; the message says which one, and what is allowed
     */
    public static KeyTemplate parse(Signature signature, String template, KeyHash hash) {
        String whole = template + mark(signature);
        try {
            Template parsed = Template.parse(whole);
            if (hash == KeyHash.NONE && !canBeANumber(parsed)) {
                throw neverANumber(signature, whole);
            }
            return new KeyTemplate(signature, parsed);
        } catch (Template.BadTemplateException e) {
            throw switch (e.rule()) {
                case FORM -> refusal(DeploymentMessage.BAD_TEMPLATE.text(signature, whole, e.getMessage()));
                case SEPARATED ->
                    hash == KeyHash.NONE
                            ? neverANumber(signature, whole)
                            : refusal(DeploymentMessage.PLACES_NOT_SEPARATED.text(signature, whole, e.getMessage()));
                case NO_BACKSLASH -> refusal(DeploymentMessage.BACKSLASH.text(signature, whole, e.getMessage()));
            };
        }
    }

    private static LockGuardException neverANumber(Signature signature, String template) {
        return refusal(DeploymentMessage.NEVER_A_NUMBER.text(signature, template));
    }

    private static LockGuardException refusal(String text) {
        return new LockGuardException(text, List.of(), null);
    }

    private static String mark(Signature signature) {
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

    private static boolean canBeANumber(Template template) {
        return switch (template.paths().size()) {
            case 0 -> isNumber(template.toString());
            case 1 -> NUMBERS.stream().map(template::text).anyMatch(KeyTemplate::isNumber);
            default -> false;
        };
    }

    private static boolean isNumber(String text) {
        try {
            AdvisoryLockKey.parse(text);
            return true;
        } catch (LockKeyException e) {
            return false;
        }
    }

    /**
     * Whether it runs no code of the application, whatever the arguments are. That is so if nobody can extend the types
     * of its places.
     */
    public boolean readsArgumentsOnly() {
        return Arrays.stream(places).allMatch(KeyPath::isPlain);
    }

    /** Whether it runs no code of the application for these arguments. */
    public boolean readsArgumentsOnly(@Nullable Object[] arguments) {
        return Arrays.stream(places).allMatch(path -> path.isPlain(arguments));
    }

    /**
     * Adds the keys of a call. If an argument is a stream, it replaces the stream by a fresh one with the same
     * elements, because a stream can be read only once.
     *
     * @param most how many different keys a call may have
     * @throws LockKeyException if there are more, or a value makes no key
     */
    public void addTo(KeyCollector keys, @Nullable Object[] arguments, int most) {
        if (places.length == 0) {
            keys.add(template.toString());
            return;
        }
        if (places.length == 1) {
            Object value = places[0].value(arguments);
            if (!ValueTexts.isSeveral(value)) {
                // The common case: one value, with nothing around it.
                keys.add(template.text(ValueTexts.text(value, places[0].place())));
                return;
            }
        }
        Object[] texts = new Object[places.length];
        for (int i = 0; i < places.length; i++) {
            texts[i] = texts(places[i], arguments, most);
        }
        keys.add(template, texts);
    }

    /** With the places that parameters append. */
    @Override
    public String toString() {
        return template.toString();
    }

    private static Object texts(KeyPath path, @Nullable Object[] arguments, int most) {
        Object value = path.value(arguments);
        if (!ValueTexts.isSeveral(value)) {
            return ValueTexts.text(value, path.place());
        }
        Object elements = value instanceof BaseStream<?, ?> stream ? drain(stream, path, arguments, most) : value;
        return ValueTexts.texts(elements, path.place(), most);
    }

    private static Object drain(BaseStream<?, ?> stream, KeyPath path, @Nullable Object[] arguments, int most) {
        Object elements = ValueTexts.drain(stream, path.place(), most);
        if (arguments[path.parameter()] == stream) {
            arguments[path.parameter()] = elements instanceof int[] ints
                    ? IntStream.of(ints)
                    : elements instanceof long[] longs ? LongStream.of(longs) : Arrays.stream((Object[]) elements);
        }
        return elements;
    }
}
