package org.advisorylock.impl.plan;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.advisorylock.KeyHash;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.postgres.IsolationPolicy;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The configuration, {@code advisorylock.*}: from MicroProfile Config if the server has it, else from system properties
 * and environment.
 */
@FunctionalInterface
public interface Settings {

    /** The shortest heartbeat and grace. */
    Duration SHORTEST = Duration.ofMillis(100);

    /** The longest of all durations. */
    Duration LONGEST = Duration.ofHours(1);

    /** The allowed values of heartbeat and grace. */
    String DURATIONS = "durations in ISO-8601 from PT0.1S to PT1H, as in PT5S";

    /** The allowed values of the time that a session may be idle. */
    String IDLE_DURATIONS = "durations in ISO-8601 from PT0S to PT1H, as in PT10S";

    /** The prefix of a property that names the members of a group. */
    String GROUP = "advisorylock.group.";

    /** Comes after the name of a group, and names its former members. */
    String FORMER = ".former";

    /** The allowed members of a group. */
    String GROUPS =
            "different names of DataSources (not of groups), separated by commas, 3 or a greater odd number of them; one"
                    + " more would need a larger majority, and be one more that can fail";

    /** The value of a property, without surrounding blanks; empty if it is not set or blank. */
    Optional<String> get(String name);

    static Settings detect() {
        try {
            MicroProfile.read("advisorylock.hash");
            return MicroProfile::read;
        } catch (LinkageError | IllegalStateException absent) {
            return Settings::systemPropertyOrEnvironment;
        }
    }

    /**
     * One of several words, in upper or lower case, with {@code -} or {@code _}. The first one if the property is not
     * set.
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    private <E extends Enum<E>> E oneOf(String name, E... allowed) {
        Optional<String> value = get(name);
        if (value.isEmpty()) {
            return allowed[0];
        }
        for (E one : allowed) {
            if (one.name().equalsIgnoreCase(value.get().replace('-', '_'))) {
                return one;
            }
        }
        String words = Arrays.stream(allowed).map(E::name).collect(Collectors.joining(", "));
        throw toException(name, value.get(), words);
    }

    private static LockGuardException toException(String name, String value, String allowed) {
        return new LockGuardException(CallMessage.BAD_SETTING.text(name, value, allowed), List.of(), null);
    }

    /** The hash that {@link KeyHash#DEFAULT} stands for. */
    default KeyHash hash() {
        return oneOf("advisorylock.hash", KeyHash.MD5, KeyHash.SHA_256, KeyHash.NONE);
    }

    /** Whether transactions of this JVM queue for a key before they take a connection. */
    default boolean gate() {
        return oneOf("advisorylock.gate", Switch.TRUE, Switch.FALSE) == Switch.TRUE;
    }

    /** How many keys one call or one transaction may hold. */
    default int maxKeys() {
        String value = get("advisorylock.max-keys").orElse("1000");
        if (!value.matches("[1-9]\\d{0,8}")) {
            throw toException("advisorylock.max-keys", value, "1 to 999999999");
        }
        return Integer.parseInt(value);
    }

    /** The name of the DataSource for session locks. */
    default Optional<String> sessionDataSource() {
        return get("advisorylock.session.datasource");
    }

    /** How often a session that holds locks is asked for a sign of life. */
    default Duration heartbeat() {
        return duration("advisorylock.session.heartbeat", "PT5S", SHORTEST, DURATIONS);
    }

    /** How long a session stays open after its last lock. */
    default Duration idle() {
        return duration("advisorylock.session.idle", "PT10S", Duration.ZERO, IDLE_DURATIONS);
    }

    /** How late the sign of life of a leader may be. */
    default Duration grace() {
        return duration("advisorylock.election.grace", "PT0.5S", SHORTEST, DURATIONS);
    }

    private Duration duration(String name, String unset, Duration shortest, String allowed) {
        String value = get(name).orElse(unset);
        try {
            Duration duration = Duration.parse(value);
            if (duration.compareTo(shortest) >= 0 && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            throw toException(name, value, allowed);
        }
        throw toException(name, value, allowed);
    }

    /** The names of the members of a group; empty if no group has that name. */
    default List<String> group(String name) {
        return name.isEmpty() || name.endsWith(FORMER) ? List.of() : members(GROUP + name);
    }

    /** The names of the former members, which JVMs use until they restart; empty if the members do not change. */
    default List<String> formerGroup(String name) {
        return members(GROUP + name + FORMER);
    }

    private List<String> members(String property) {
        Optional<String> value = get(property);
        if (value.isEmpty()) {
            return List.of();
        }
        List<String> members = Arrays.stream(value.get().split(",", -1))
                .map(String::strip)
                .distinct()
                .toList();
        boolean nested = members.stream().anyMatch(member -> get(GROUP + member).isPresent());
        if (members.size() < 3 || members.size() % 2 == 0 || members.contains("") || nested) {
            throw toException(property, value.get(), GROUPS);
        }
        return members;
    }

    /** On or off. */
    enum Switch {
        TRUE,
        FALSE
    }

    /** What to do outside READ COMMITTED. */
    default IsolationPolicy isolation() {
        return oneOf("advisorylock.isolation", IsolationPolicy.FAIL, IsolationPolicy.WARN, IsolationPolicy.ALLOW);
    }

    private static Optional<String> systemPropertyOrEnvironment(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            value = System.getenv(name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT));
        }
        return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** A class of its own, so that the API is loaded only if it is there. */
    final class MicroProfile {
        private MicroProfile() {}

        static Optional<String> read(String name) {
            return ConfigProvider.getConfig()
                    .getOptionalValue(name, String.class)
                    .map(String::strip)
                    .filter(text -> !text.isEmpty());
        }
    }
}
