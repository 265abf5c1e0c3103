package org.advisorylock.spi;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.BaseStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockKeyException;
import org.jspecify.annotations.Nullable;

/** The texts of values in keys. Equal values always have the same text. */
public final class ValueTexts {

    /**
     * The most elements that a collection or an array may have, with duplicates. It is also the limit of a stream, even
     * if more keys are allowed.
     */
    public static final int MOST_ELEMENTS = 100_000;

    // 2,000 digits: without the zeros at the end the rest may still be an allowed text.
    private static final int MOST_BITS_OF_DECIMAL = 6_644;
    private static final int MOST_BITS_OF_INTEGER = 3_322;
    private static final Pattern ESCAPE = Pattern.compile("%[0-9a-fA-F]{2}");

    private ValueTexts() {}

    /**
     * The content of an {@code Optional}, {@code OptionalInt} or {@code OptionalLong}.
     *
     * @param value any value
     * @return the content, null if there is none; another value as it is
     */
    public static @Nullable Object unwrap(@Nullable Object value) {
        Object content = value;
        while (content instanceof Optional<?> optional) {
            content = optional.orElse(null);
        }
        if (content instanceof OptionalLong optional) {
            return optional.isPresent() ? optional.getAsLong() : null;
        }
        if (content instanceof OptionalInt optional) {
            return optional.isPresent() ? optional.getAsInt() : null;
        }
        return content;
    }

    /**
     * Whether a value stands for several keys.
     *
     * @param value a value, without an {@code Optional} around it
     * @return whether it is a collection, an array or a stream
     */
    public static boolean isSeveral(Object value) {
        return !(value instanceof String || value instanceof Number) && ValueTypes.isSeveral(value.getClass());
    }

    /**
     * The text of one value.
     *
     * @param value the value; an {@code Optional*} stands for its content
     * @param place the place in the template, for messages
     * @return the text
     * @throws LockKeyException if the value is null, empty, too long, or of a type that is not allowed
     */
    public static String text(@Nullable Object value, Place place) {
        Object content = unwrap(value);
        if (content == null) {
            throw place.isNull();
        }
        String text = canonical(content, place);
        if (text == null) {
            throw place.isNull();
        }
        if (text.isEmpty()) {
            throw place.isEmpty();
        }
        return KeyText.check(text, place);
    }

    private static @Nullable String canonical(Object value, Place place) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof CharSequence) {
            return read(value, place);
        }
        // Subclasses of these may print anything.
        if (value.getClass() == BigDecimal.class) {
            return decimal((BigDecimal) value, place);
        }
        if (value instanceof URI uri) {
            return uri(uri);
        }
        if (!ValueTypes.isValue(value.getClass())) {
            throw place.isRefused(value.getClass(), ValueTypes.whyNot(value.getClass()));
        }
        if (value instanceof BigInteger integer && integer.bitLength() > MOST_BITS_OF_INTEGER) {
            throw tooManyDigits(place);
        }
        return value.toString();
    }

    private static @Nullable String read(Object text, Place place) {
        try {
            return text.toString();
        } catch (RuntimeException e) {
            throw place.isUnreadable(e);
        }
    }

    /** 1, 1.0 and 1.00 are one number and have one text. No text of a thousand million zeros is made on the way. */
    private static String decimal(BigDecimal value, Place place) {
        if (value.signum() == 0) {
            return "0";
        }
        if (value.scale() < -KeyText.LONGEST
                || value.scale() > 3 * KeyText.LONGEST
                || value.unscaledValue().bitLength() > MOST_BITS_OF_DECIMAL) {
            throw tooManyDigits(place);
        }
        return value.stripTrailingZeros().toPlainString();
    }

    private static LockKeyException tooManyDigits(Place place) {
        return KeyText.tooLong(place, "more than " + KeyText.LONGEST + " digits");
    }

    /**
     * URIs are equal whatever the case of scheme, host and escapes, and however their port and empty authority were
     * written.
     */
    private static String uri(URI uri) {
        StringBuilder text = new StringBuilder();
        if (uri.getScheme() != null) {
            text.append(uri.getScheme().toLowerCase(Locale.ROOT)).append(':');
        }
        if (uri.isOpaque()) {
            text.append(uri.getRawSchemeSpecificPart());
        } else {
            String path = uri.getRawPath();
            if (uri.getHost() != null) {
                text.append("//")
                        .append(uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo() + "@")
                        .append(uri.getHost().toLowerCase(Locale.ROOT))
                        .append(uri.getPort() == -1 ? "" : ":" + uri.getPort());
            } else if (uri.getRawAuthority() != null || path.startsWith("//")) {
                text.append("//").append(uri.getRawAuthority() == null ? "" : uri.getRawAuthority());
            }
            text.append(path).append(uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        }
        if (uri.getRawFragment() != null) {
            text.append('#').append(uri.getRawFragment());
        }
        return ESCAPE.matcher(text).replaceAll(escape -> escape.group().toUpperCase(Locale.ROOT));
    }

    /**
     * The different texts of several values.
     *
     * @param several a collection, or an array
     * @param place the place in the template, for messages
     * @param most how many different ones there may be
     * @return the texts, at least one
     * @throws LockKeyException if there are none or too many, or one of the values makes no text
     */
    public static List<String> texts(Object several, Place place, int most) {
        int mostElements = Math.max(most, MOST_ELEMENTS);
        Set<String> texts;
        try {
            // Before anything is copied.
            int size = several instanceof Collection<?> collection ? collection.size() : Array.getLength(several);
            if (size > mostElements) {
                throw KeyCollector.tooMany(size, "call", most);
            }
            texts = new LinkedHashSet<>(2 * Math.max(1, Math.min(size, 1000)));
            if (several instanceof Collection<?> collection) {
                int count = 0;
                for (Object element : collection) {
                    // The size that a collection reports is not always true.
                    if (++count > mostElements) {
                        throw KeyCollector.tooMany(count, "call", most);
                    }
                    add(texts, element, place, most);
                }
            } else {
                for (int i = 0; i < size; i++) {
                    add(texts, Array.get(several, i), place, most);
                }
            }
        } catch (AdvisoryLockException e) {
            throw e;
        } catch (RuntimeException e) {
            throw place.isUnreadable(e);
        }
        if (texts.isEmpty()) {
            throw place.isEmpty();
        }
        return List.copyOf(texts);
    }

    private static void add(Set<String> texts, @Nullable Object element, Place place, int most) {
        texts.add(text(element, place));
        if (texts.size() > most) {
            throw KeyCollector.tooMany(texts.size(), "call", most);
        }
    }

    /**
     * Reads a stream, but at most one element more than is allowed.
     *
     * @param stream the stream
     * @param place the place in the template, for messages
     * @param most how many elements there may be
     * @return an array of its elements
     * @throws LockKeyException if there are more, or the stream cannot be read
     */
    public static Object drain(BaseStream<?, ?> stream, Place place, int most) {
        long limit = most + 1L;
        Object elements;
        try {
            if (stream instanceof IntStream ints) {
                elements = ints.sequential().limit(limit).toArray();
            } else if (stream instanceof LongStream longs) {
                elements = longs.sequential().limit(limit).toArray();
            } else {
                elements = ((Stream<?>) stream).sequential().limit(limit).toArray();
            }
        } catch (AdvisoryLockException e) {
            throw e;
        } catch (RuntimeException e) {
            throw place.isUnreadable(e);
        }
        if (Array.getLength(elements) > most) {
            throw KeyCollector.tooMany(Array.getLength(elements), "call", most);
        }
        return elements;
    }
}
