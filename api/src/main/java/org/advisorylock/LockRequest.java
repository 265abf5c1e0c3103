package org.advisorylock;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import org.advisorylock.spi.Arguments;
import org.advisorylock.spi.KeyCollector;
import org.advisorylock.spi.KeyText;
import org.advisorylock.spi.Printable;
import org.advisorylock.spi.Template;
import org.jspecify.annotations.Nullable;

/**
 * What a call asks a lock service for: one key or several, and how to hold them. It keeps texts, not numbers. The
 * service makes the numbers with the configured hash, so a key in code is the same as the key of the annotation.
 *
 * <pre>{@code
 * locks.acquire(LockRequest.of("seat:{0}:{1}", show, seat));     // the key of @AdvisoryLock("seat:{show}:{seat}")
 * locks.acquire(LockRequest.of("account:{0}", from).and("account:{0}", to));
 * }</pre>
 *
 * <p>The request reads the values of its arguments when it is made; later changes in them do not matter. Immutable and
 * safe for use by several threads. Two requests are equal if they ask for the same keys, in the same order and in the
 * same way.
 */
public final class LockRequest {

    /** The most permits that a key may have. */
    private static final int MOST_PERMITS = 1000;

    // A chain, so that many keys can be added one by one without copying the ones before.
    private final @Nullable LockRequest before;
    private final RequestPart part;
    private final LockMode mode;
    private final int permits;
    private final boolean inOrder;

    private LockRequest(@Nullable LockRequest before, RequestPart part, LockMode mode, int permits, boolean inOrder) {
        this.before = before;
        this.part = part;
        this.mode = mode;
        this.permits = permits;
        this.inOrder = inOrder;
        if (permits != 1 && (mode == LockMode.SHARED || before != null || part.isSeveral())) {
            throw new LockKeyException("ADVLOCK-0224: " + permits + " permits are impossible "
                    + (mode == LockMode.SHARED
                            ? "in shared mode, whose holders are not counted"
                            : "for several keys, because only one key can have permits")
                    + "; ask for one key in exclusive mode");
        }
    }

    private static LockRequest of(RequestPart part) {
        return new LockRequest(null, part, LockMode.EXCLUSIVE, 1, false);
    }

    /**
     * Asks for the key of a text, or of a template with arguments.
     *
     * <p>Without arguments the text stands as it is, braces and all. With arguments it is a template in the grammar of
     * {@link AdvisoryLock#value}, whose places begin with the index of an argument: {@code "{0}"},
     * {@code "{0.customer.id}"}. The same values are allowed, and a collection, an array or a stream stands for several
     * keys. To pass an array as one argument, cast it to {@code Object}.
     *
     * @param template the text, or the template
     * @param arguments the values of the places; at least one place must name each argument
     * @return the request: exclusive, for one permit
     * @throws LockKeyException if the text is empty or longer than 1,000 characters; if the template breaks a rule,
     *     names an argument that is missing, or does not name one that is there; or if a value is null, empty, or of a
     *     type that is not allowed
     */
    public static LockRequest of(String template, @Nullable Object... arguments) {
        return of(part(template, arguments));
    }

    /**
     * Asks for a key that was made before, whatever hash is configured.
     *
     * @param key the key
     * @return the request: exclusive, for one permit
     */
    public static LockRequest of(AdvisoryLockKey key) {
        return of(part(key));
    }

    /**
     * Asks for the key of a text or a template as well: all are taken or none.
     *
     * @param template the text, or the template, as in {@link #of(String, Object...)}
     * @param arguments the values of the places
     * @return a request for the keys of this one, and then this
     * @throws LockKeyException as in {@link #of(String, Object...)}, or if this request asks for permits
     */
    public LockRequest and(String template, @Nullable Object... arguments) {
        return and(part(template, arguments));
    }

    /**
     * Asks for another key as well: all are taken or none.
     *
     * @param key the key
     * @return a request for the keys of this one, and then this
     * @throws LockKeyException if this request asks for permits
     */
    public LockRequest and(AdvisoryLockKey key) {
        return and(part(key));
    }

    private LockRequest and(RequestPart next) {
        return new LockRequest(this, next, mode, permits, inOrder);
    }

    /**
     * Asks for the keys in shared mode.
     *
     * @return a request for the same keys, which any number of shared holders may have at the same time
     * @throws LockKeyException if this request asks for permits
     */
    public LockRequest shared() {
        return new LockRequest(before, part, LockMode.SHARED, permits, inOrder);
    }

    /**
     * Asks for one of several permits of the only key: so many holders may have one at the same time, see
     * {@link AdvisoryLock#permits}.
     *
     * @param permits how many there are, 1 to 1,000; all who use the key must name the same number
     * @return a request for one of them
     * @throws LockKeyException if the number is out of range, or greater than 1 with several keys or in shared mode
     */
    public LockRequest permits(int permits) {
        if (permits < 1 || permits > MOST_PERMITS) {
            throw new LockKeyException(
                    "ADVLOCK-0223: " + permits + " permits are out of range; allowed are 1 to " + MOST_PERMITS);
        }
        return new LockRequest(before, part, mode, permits, inOrder);
    }

    /**
     * Asks for the keys one by one in the order in which they were given, instead of all at once, as code that is not
     * sorted by number does. Only {@link SessionLocks} can.
     *
     * @return a request for the same keys in their order
     */
    public LockRequest inOrder() {
        return new LockRequest(before, part, mode, permits, true);
    }

    /**
     * The mode. For implementations of the lock services; others may call it.
     *
     * @return exclusive, or shared
     */
    public LockMode mode() {
        return mode;
    }

    /**
     * How many permits the key has. For implementations of the lock services; others may call it.
     *
     * @return 1 for a lock of its own
     */
    public int permits() {
        return permits;
    }

    /**
     * Whether the keys are taken in the order in which they were given. For implementations of the lock services;
     * others may call it.
     *
     * @return false if they are to be sorted
     */
    public boolean isInOrder() {
        return inOrder;
    }

    /**
     * Makes the keys. For implementations of the lock services; others may call it.
     *
     * @param hash how a text becomes a number; not {@link KeyHash#DEFAULT}
     * @param most how many different keys are allowed
     * @return the keys in the order in which they were given, without duplicates
     * @throws LockKeyException if there are more, which is found before they are made; if the hash cannot make a number
     *     of a text, as {@link AdvisoryLockKey#of(String, KeyHash)} says
     */
    public List<AdvisoryLockKey> keys(KeyHash hash, int most) {
        KeyCollector keys = new KeyCollector(hash, most);
        if (before == null) {
            part.addTo(keys);
        } else {
            for (RequestPart each : parts()) {
                each.addTo(keys);
            }
        }
        return keys.keys();
    }

    private Deque<RequestPart> parts() {
        Deque<RequestPart> parts = new ArrayDeque<>();
        for (LockRequest request = this; request != null; request = request.before) {
            parts.addFirst(request.part);
        }
        return parts;
    }

    private static RequestPart part(String template, @Nullable Object @Nullable [] arguments) {
        if (template == null || template.isEmpty()) {
            throw AdvisoryLockKey.noText();
        }
        if (arguments != null && arguments.length == 0) {
            return new RequestPart.Text(KeyText.check(template, "the text of a lock key"));
        }
        // A lone null comes as no array at all.
        return filled(template, arguments == null ? new @Nullable Object[1] : arguments);
    }

    private static RequestPart part(AdvisoryLockKey key) {
        if (key == null) {
            throw AdvisoryLockKey.noText();
        }
        return new RequestPart.Key(key);
    }

    private static RequestPart filled(String text, @Nullable Object[] arguments) {
        Template template;
        try {
            template = Template.parse(text);
        } catch (Template.BadTemplateException e) {
            throw new LockKeyException(
                    "ADVLOCK-0218: LockRequest: template '" + Printable.of(text) + "' " + e.getMessage(), e);
        }
        Object[] values = Arguments.texts("LockRequest", template, arguments);
        String longest = KeyText.check(template.longest(values), "the text of a lock key");
        boolean isSeveral = Arrays.stream(values).anyMatch(value -> value instanceof List<?>);
        return isSeveral ? new RequestPart.Texts(template, List.of(values)) : new RequestPart.Text(longest);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LockRequest request
                && mode == request.mode
                && permits == request.permits
                && inOrder == request.inOrder
                && List.copyOf(parts()).equals(List.copyOf(request.parts()));
    }

    @Override
    public int hashCode() {
        return Objects.hash(mode, permits, inOrder, List.copyOf(parts()));
    }

    /**
     * The keys for people: texts are escaped, and cut where they are long.
     *
     * @return as in {@code 'seat:7:12', 'seat:7:13' (shared)}
     */
    @Override
    public String toString() {
        Deque<RequestPart> parts = parts();
        StringJoiner names = new StringJoiner(", ");
        parts.stream().limit(10).forEach(each -> names.add(each.toString()));
        String more = parts.size() > 10 ? " and " + (parts.size() - 10) + " more" : "";
        String how = mode == LockMode.SHARED ? " (shared)" : permits > 1 ? " (one of " + permits + " permits)" : "";
        return names + more + how + (inOrder ? " in this order" : "");
    }
}
