package org.advisorylock.impl.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMode;
import org.advisorylock.impl.ManualClock;
import org.advisorylock.testbed.LibraryLog;
import org.junit.jupiter.api.Test;

/** Whoever has fewer permits than others looks for them now and then, and warns of them. */
class OtherPermitsTest {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final ManualClock clock = new ManualClock();
    private final OtherPermits others = new OtherPermits(clock);

    private static Claim permit(String key) {
        return Claim.permit(AdvisoryLockKey.of(key, KeyHash.MD5), 2, KeyHash.MD5, 0);
    }

    private static LockInfo holder(int slot) {
        return new LockInfo(
                AdvisoryLockKey.of("import#" + slot, KeyHash.MD5),
                LockMode.EXCLUSIVE,
                true,
                slot,
                "billing",
                null,
                null,
                null,
                List.of(),
                null);
    }

    private static Stream<String> warnings(LibraryLog log) {
        return log.messages().stream().filter(text -> text.contains("import") || text.contains("backend"));
    }

    @Test
    void areLookedForOnceInAnInterval() {
        for (int round = 0; round < 3; round++) {
            assertThat(others.isDue(permit("import"), INTERVAL)).isTrue();
            assertThat(others.isDue(permit("import"), INTERVAL)).isFalse();
            clock.pass(INTERVAL.minusNanos(1));
            assertThat(others.isDue(permit("import"), INTERVAL)).isFalse();
            clock.pass(Duration.ofNanos(1));
        }
    }

    @Test
    void areLookedForByEachKeyForItself() {
        assertThat(others.isDue(permit("import"), INTERVAL)).isTrue();
        assertThat(others.isDue(permit("export"), INTERVAL)).isTrue();
    }

    @Test
    void areForgottenWhenThereAreManyKeys() {
        for (int key = 0; key <= 1000; key++) {
            assertThat(others.isDue(permit("key" + key), INTERVAL)).isTrue();
        }
        assertThat(others.isDue(permit("key1000"), INTERVAL)).isFalse();
        assertThat(others.isDue(permit("key0"), INTERVAL)).isTrue();
    }

    @Test
    void areToldOnceInTenMinutes() {
        List<LockInfo> holders = List.of(holder(1), holder(3));
        try (LibraryLog log = new LibraryLog()) {
            assertThat(others.warnOf(permit("import"), holders)).isEqualTo(List.of(holder(1)));
            assertThat(warnings(log)).singleElement().asString().contains("backend 3");
            clock.pass(Duration.ofMinutes(10));
            others.warnOf(permit("import"), holders);
            assertThat(warnings(log)).hasSize(1);
            clock.pass(Duration.ofNanos(1));
            others.warnOf(permit("import"), holders);
            assertThat(warnings(log)).hasSize(2);
        }
    }

    @Test
    void areNotToldWhileAllSlotsAreKnown() {
        try (LibraryLog log = new LibraryLog()) {
            assertThat(others.warnOf(permit("import"), List.of(holder(1), holder(2))))
                    .containsExactly(holder(1), holder(2));
            assertThat(others.warnOf(permit("import"), List.of())).isEmpty();
            assertThat(warnings(log)).isEmpty();
        }
    }
}
