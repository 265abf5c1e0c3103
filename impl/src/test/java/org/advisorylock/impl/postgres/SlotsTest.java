package org.advisorylock.impl.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each permit of a key is a key of its own, the same in every JVM. */
class SlotsTest {

    private static List<AdvisoryLockKey> numbered(String key, int from, int to, KeyHash digest) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(slot -> AdvisoryLockKey.of(key + "#" + slot, digest))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 1000})
    void areNumberedFromOne(int permits) {
        assertThat(Slots.of("import", permits, KeyHash.MD5)).isEqualTo(numbered("import", 1, permits, KeyHash.MD5));
    }

    @Test
    void ofTwoNumbersOfPermitsShareTheSmallerOnes() {
        assertThat(Slots.of("import", 5, KeyHash.MD5)).containsAll(Slots.of("import", 3, KeyHash.MD5));
    }

    @Test
    void ofTwoHashesAreApart() {
        assertThat(Slots.of("import", 3, KeyHash.SHA_256))
                .doesNotContainAnyElementsOf(Slots.of("import", 3, KeyHash.MD5));
    }

    /** The cache of slots must not confuse {@code 1 import} with {@code import}. */
    @Test
    void ofKeysThatLookAlikeAreApart() {
        assertThat(Slots.of("2 MD5 a", 2, KeyHash.MD5)).isEqualTo(numbered("2 MD5 a", 1, 2, KeyHash.MD5));
        assertThat(Slots.of("a", 2, KeyHash.MD5)).isEqualTo(numbered("a", 1, 2, KeyHash.MD5));
    }

    @Test
    void areTheSameAfterManyOtherKeysAndForLongTexts() {
        for (int i = 0; i < 100; i++) {
            assertThat(Slots.of("key" + i, 2, KeyHash.MD5)).isEqualTo(numbered("key" + i, 1, 2, KeyHash.MD5));
        }
        String text = "x".repeat(201);
        assertThat(Slots.of(text, 2, KeyHash.MD5)).isEqualTo(numbered(text, 1, 2, KeyHash.MD5));
    }

    @ParameterizedTest
    @EnumSource(names = {"MD5", "SHA_256"})
    void beyondBeginAfterTheLastOneAndHaveItsHash(KeyHash digest) {
        List<AdvisoryLockKey> known = Slots.of("import", 3, digest);
        assertThat(Slots.beyond("import", known)).isEqualTo(numbered("import", 4, 103, digest));
    }

    @Test
    void beyondHaveNoTextThatIsTooLongForAKey() {
        String longest = "x".repeat(997);
        List<AdvisoryLockKey> known = Slots.of(longest, 98, KeyHash.MD5);
        assertThat(Slots.beyond(longest, known)).isEqualTo(numbered(longest, 99, 99, KeyHash.MD5));
    }
}
