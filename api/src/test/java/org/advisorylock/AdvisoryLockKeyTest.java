package org.advisorylock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdvisoryLockKeyTest {

    /** What psql and Python compute; see the twins in {@link KeyHash}. They must never change. */
    @ParameterizedTest
    @CsvSource({
        "payment:order-123, 4312917370057361399, 929066786645069215",
        "'Grüße, 世界 🌍', -4447326467198734500, 6255101557325815653",
        "a, 919145239626757800, -3848465438864589366"
    })
    void hashesTextAsPostgresDoes(String text, long md5, long sha256) {
        assertThat(AdvisoryLockKey.of(text, KeyHash.MD5)).isEqualTo(AdvisoryLockKey.of(md5));
        assertThat(AdvisoryLockKey.of(text, KeyHash.MD5).number()).isEqualTo(md5);
        assertThat(AdvisoryLockKey.of(text, KeyHash.SHA_256).number()).isEqualTo(sha256);
        assertThat(AdvisoryLockKey.of(text, KeyHash.MD5).text()).contains(text);
    }

    @Test
    void refusesTheEmptyText() {
        for (KeyHash hash : KeyHash.values()) {
            assertThatExceptionOfType(LockKeyException.class)
                    .isThrownBy(() -> AdvisoryLockKey.of("", hash))
                    .withMessageContaining("ADVLOCK-0201");
        }
    }

    @Test
    void refusesAHashThatOnlyTheConfigurationKnows() {
        assertThatExceptionOfType(LockKeyException.class)
                .isThrownBy(() -> AdvisoryLockKey.of("a", KeyHash.DEFAULT))
                .withMessageContaining("ADVLOCK-0204");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "42",
                "-7",
                "9223372036854775807",
                "-9223372036854775808",
                "1,42",
                "-1,-42",
                "-2147483648,2147483647"
            })
    void readsBackWhatItPrints(String text) {
        AdvisoryLockKey key = AdvisoryLockKey.parse(text);
        assertThat(key).hasToString(text).isEqualTo(AdvisoryLockKey.of(text, KeyHash.NONE));
        assertThat(key.isPair()).isEqualTo(text.contains(","));
        assertThat(AdvisoryLockKey.parse(key.toString())).isEqualTo(key).hasSameHashCodeAs(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " 42",
                "42 ",
                "4 2",
                "+1",
                "1,2,3",
                ",1",
                "1,",
                "abc",
                "9223372036854775808",
                "2147483648,0",
                "0,-2147483649",
                "１"
            })
    void refusesWhatIsNoNumber(String text) {
        assertThatExceptionOfType(LockKeyException.class)
                .isThrownBy(() -> AdvisoryLockKey.parse(text))
                .withMessageContainingAll("ADVLOCK-0202", "'" + text + "'", "'42'", "'1,42'");
    }

    @Test
    void keepsNumbersAndPairsApart() {
        AdvisoryLockKey pair = AdvisoryLockKey.of(0, 1);
        assertThat(pair).isNotEqualTo(AdvisoryLockKey.of(1));
        assertThat(pair.number()).isEqualTo(1);
        assertThat(AdvisoryLockKey.of(-3, -4).first()).isEqualTo(-3);
        assertThat(AdvisoryLockKey.of(-3, -4).second()).isEqualTo(-4);
    }

    @Test
    void sortsNumbersBeforePairs() {
        AdvisoryLockKey pair = AdvisoryLockKey.of(-9, 0);
        AdvisoryLockKey low = AdvisoryLockKey.of(-1);
        AdvisoryLockKey high = AdvisoryLockKey.of(Long.MAX_VALUE);
        assertThat(new TreeSet<>(List.of(pair, high, low))).containsExactly(low, high, pair);
    }
}
