package org.advisorylock.impl.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.advisorylock.LockGuardException;
import org.junit.jupiter.api.Test;

/** The members of a group, and its former members. */
class GroupSettingsTest {

    private static final String NOW = "advisorylock.group.fleet";
    private static final String FORMER = "advisorylock.group.fleet.former";

    private static Settings with(Map<String, String> values) {
        return name -> Optional.ofNullable(values.get(name));
    }

    @Test
    void areBothRead() {
        Settings settings = with(Map.of(NOW, "a, b, d", FORMER, "a,b,c"));
        assertThat(settings.group("fleet")).isEqualTo(List.of("a", "b", "d"));
        assertThat(settings.formerGroup("fleet")).isEqualTo(List.of("a", "b", "c"));
        assertThat(with(Map.of(NOW, "a,b,c")).formerGroup("fleet")).isEmpty();
    }

    @Test
    void areNoGroupOfTheirOwn() {
        assertThat(with(Map.of(NOW, "a,b,d", FORMER, "a,b,c")).group("fleet.former"))
                .isEmpty();
    }

    @Test
    void haveToMakeAMajorityToo() {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> with(Map.of(NOW, "a,b,d", FORMER, "a,b")).formerGroup("fleet"))
                .withMessageContainingAll("ADVLOCK-0401", FORMER, "'a,b'");
    }
}
