package org.advisorylock.impl.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times and holders, as messages show them. */
class WordingTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static LockInfo holder(int pid, @Nullable Instant since, @Nullable String prepared) {
        return new LockInfo(
                AdvisoryLockKey.of(1),
                LockMode.EXCLUSIVE,
                true,
                pid,
                "billing",
                null,
                null,
                since,
                List.of(),
                prepared);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 ms",
        "PT0.0009S, 0 ms",
        "PT0.25S, 250 ms",
        "PT0.999S, 999 ms",
        "PT1S, 1 s",
        "PT1.5S, 1.5 s",
        "PT1.005S, 1.005 s",
        "PT10S, 10 s",
        "PT100S, 100 s",
        "PT1H, 3600 s",
        "PT277777H46M40S, 1000000000 s"
    })
    void showATimeInMillisecondsBelowASecondAndInSecondsAbove(Duration time, String text) {
        assertThat(Wording.describe(time)).isEqualTo(text);
    }

    @Test
    void showSinceWhenAHolderHasItsTransaction() {
        assertThat(Wording.describe(List.of(holder(4711, NOW.minusSeconds(12), null)), NOW))
                .isEqualTo("held by backend 4711 (app 'billing', in its transaction since 12 s)");
    }

    @Test
    void showAHolderOfWhichNoMoreIsKnown() {
        assertThat(Wording.describe(List.of(holder(4711, null, null)), NOW))
                .isEqualTo("held by backend 4711 (app 'billing')");
    }

    @Test
    void showThatAPreparedTransactionWaitsForSomebody() {
        assertThat(Wording.describe(List.of(holder(0, NOW, "gid-1")), NOW))
                .isEqualTo("held by prepared transaction 'gid-1' until it is resolved");
    }

    @Test
    void showFiveHoldersAtMost() {
        assertThat(Wording.describe(Collections.nCopies(7, holder(8, null, null)), NOW)
                        .split("backend", -1))
                .hasSize(6);
    }

    @Test
    void showThatTheHolderIsGone() {
        assertThat(Wording.describe(List.<LockInfo>of(), NOW)).isEqualTo("nobody held it any more when that was read");
    }
}
