package org.advisorylock.impl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever its arguments are, a message is one line of bounded length that begins with its id and ends with a cure. */
class MessageTextTest {

    private static Object[] arguments(Object each) {
        Object[] arguments = new Object[12];
        Arrays.fill(arguments, each);
        return arguments;
    }

    /** Numbers fit every place of a template. */
    @ParameterizedTest
    @MethodSource("org.advisorylock.impl.MessageTest#ofAllKinds")
    void ofEachKindBeginsWithItsIdAndIsNoOther(Message message) {
        String text = message.text(arguments(7));
        assertThat(text).matches("ADVLOCK-\\d{4}: [^%]+");
        assertThat(MessageTest.ofAllKinds().filter(other -> other.isIn(text))).containsExactly(message);
    }

    @Test
    void endsWithItsCureHoweverLongItsArgumentsAre() {
        for (int length : new int[] {100, 999, 1000, 1001, 100_000}) {
            assertThat(DeploymentMessage.SKIP_IMPOSSIBLE.text("x".repeat(length), "y".repeat(length)))
                    .startsWith("ADVLOCK-0008: xxx")
                    .contains(": onTimeout = SKIP is impossible, yyy")
                    .hasSizeLessThanOrEqualTo(2000);
            assertThat(CallMessage.BAD_SETTING.text("x".repeat(length), "y".repeat(length), "z"))
                    .endsWith("; allowed are z")
                    .hasSizeLessThanOrEqualTo(2000);
        }
    }

    @Test
    void isOneLineWhateverAValueFromOutsideHas() {
        assertThat(CallMessage.BAD_SETTING.text("a", "b\nADVLOCK-0101: forged\u001b[31m", "c"))
                .isEqualTo("ADVLOCK-0401: the configuration property a is 'b\\nADVLOCK-0101: forged\\u001b[31m';"
                        + " allowed are c");
    }

    @Test
    void takesNoPlaceOfATemplateFromAnArgument() {
        assertThat(CallMessage.BAD_SETTING.text("%s", "%d %n", "%")).contains("property %s is '%d %n'; allowed are %");
    }

    @Test
    void showsNumbersAlikeInEveryCountry() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            assertThat(DeploymentMessage.BAD_TIMEOUT.text("Shop.sell()", 1234567, "SECONDS", "too long"))
                    .contains("accessTimeout = 1234567 SECONDS");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void showsWhatIsMissingAsNull() {
        assertThat(CallMessage.BAD_SETTING.text("a", null, "c")).contains("is 'null'");
    }

    @Test
    void isInNoOtherText() {
        assertThat(CallMessage.BAD_SETTING.isIn(null)).isFalse();
        assertThat(CallMessage.BAD_SETTING.isIn("because of ADVLOCK-0401: that"))
                .isFalse();
        assertThat(CallMessage.BAD_SETTING.isIn("ADVLOCK-0401")).isFalse();
    }
}
