package org.advisorylock.impl.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.advisorylock.LockGuardException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The values of heartbeat and grace, and how long a session may be idle. */
class DurationSettingsTest {

    private static final String IDLE = "advisorylock.session.idle";

    private static final Map<String, Function<Settings, Duration>> SETTINGS = Map.of(
            "advisorylock.session.heartbeat", Settings::heartbeat, "advisorylock.election.grace", Settings::grace);

    private static Settings with(String name, String value) {
        return asked -> asked.equals(name) ? Optional.of(value) : Optional.empty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.1S", "PT0.75S", "PT2M", "PT1H"})
    void areTakenAsTheyAre(String value) {
        SETTINGS.forEach((name, read) ->
                assertThat(read.apply(with(name, value))).as(name).isEqualTo(Duration.parse(value)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.099S", "PT0S", "PT-1S", "PT1H0.001S", "500", "1s"})
    void areRefusedOutOfRangeOrInAnotherForm(String value) {
        SETTINGS.forEach((name, read) -> assertThatExceptionOfType(LockGuardException.class)
                .as(name)
                .isThrownBy(() -> read.apply(with(name, value)))
                .withMessageContainingAll("ADVLOCK-0401", name, "'" + value + "'", "PT0.1S to PT1H"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT0.001S", "PT10S", "PT1H"})
    void aSessionMayAlsoGoAtOnce(String value) {
        assertThat(with(IDLE, value).idle()).isEqualTo(Duration.parse(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-0.001S", "PT1H0.001S", "0"})
    void isRefusedBelowZeroOrAboveAnHour(String value) {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> with(IDLE, value).idle())
                .withMessageContainingAll("ADVLOCK-0401", IDLE, "'" + value + "'", "PT0S to PT1H");
    }
}
