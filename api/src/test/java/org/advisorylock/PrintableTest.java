package org.advisorylock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.advisorylock.spi.Printable;
import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    void leavesPlainTextAsItIs() {
        assertThat(Printable.of("é 日本 😀 \\ '{0}'")).isEqualTo("é 日本 😀 \\ '{0}'");
    }

    @Test
    void escapesWhatForgesOrHides() {
        assertThat(Printable.of("a\r\nb\tc\u0000\u001b\u007f\u0085\u2028\u2029\u202e\u2066\u200f\uFEFF\uD83D"))
                .isEqualTo("a\\r\\nb\\tc\\u0000\\u001b\\u007f\\u0085\\u2028\\u2029\\u202e\\u2066\\u200f\\ufeff\\ud83d");
        assertThat(Printable.of(Character.toString(0xE0001))).isEqualTo("\\udb40\\udc01");
    }

    @Test
    void cutsBetweenCharacters() {
        assertThat(Printable.of("x".repeat(99) + "😀" + "y".repeat(5)))
                .isEqualTo("x".repeat(99) + "... (106 characters)");
        assertThat(Printable.of("\n".repeat(1000))).isEqualTo("\\n".repeat(50) + "... (1000 characters)");
        assertThat(Printable.message("x".repeat(5000)))
                .hasSizeLessThanOrEqualTo(2000)
                .endsWith("(5000 characters)");
    }

    @Test
    void isWhatEveryExceptionOfOursSays() {
        assertThat(new LockGuardException("a\nb" + "x".repeat(3000), List.of(), null))
                .extracting(Throwable::getMessage)
                .asString()
                .startsWith("a\\nb")
                .hasSizeLessThanOrEqualTo(2000);
    }

    @Test
    void aTextIsNoKeyThatIsTooLongOrThatUtf8CannotTell() {
        assertThat(AdvisoryLockKey.of("x".repeat(1000), KeyHash.MD5).text()).isPresent();
        assertThatExceptionOfType(LockKeyException.class)
                .isThrownBy(() -> AdvisoryLockKey.of("x".repeat(1001), KeyHash.MD5))
                .withMessageContaining("ADVLOCK-0216")
                .withMessageContaining("1001 characters");
        for (String half : List.of("\uD83D", "\uDE00", "a\uDE00\uD83Db", "\uD83D\uD83D\uDE00")) {
            assertThatExceptionOfType(LockKeyException.class)
                    .isThrownBy(() -> AdvisoryLockKey.of(half, KeyHash.SHA_256))
                    .withMessageContaining("ADVLOCK-0217");
        }
        assertThatExceptionOfType(LockKeyException.class)
                .isThrownBy(() -> AdvisoryLockKey.parse("\r\n" + "9".repeat(5_000_000)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500).contains("'\\r\\n999"));
    }
}
