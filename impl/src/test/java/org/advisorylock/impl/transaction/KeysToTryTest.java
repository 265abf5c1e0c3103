package org.advisorylock.impl.transaction;

import static org.advisorylock.LockMode.EXCLUSIVE;
import static org.advisorylock.LockMode.SHARED;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.transaction.Outcome.NotInTime;
import org.advisorylock.impl.transaction.Outcome.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call tries the keys that its thread has in shared mode without a wait, and waits only for the others. */
class KeysToTryTest {

    private final LockTimeoutException late =
            new LockTimeoutException("late", List.of(), Duration.ofSeconds(3), List.of(), null);

    private static List<AdvisoryLockKey> keys(long... numbers) {
        return LongStream.of(numbers).mapToObj(AdvisoryLockKey::of).toList();
    }

    private static KeysToTry findTried(LockMode mode, List<AdvisoryLockKey> held) {
        return new KeysToTry(Claim.of(keys(1, 2, 3), mode, 5000), held, "Shop.read()");
    }

    @ParameterizedTest
    @EnumSource
    void asksForEachOfThemAloneAndDoesNotWait(LockMode mode) {
        assertThat(findTried(mode, keys(3, 1)).first())
                .allMatch(Claim::isImmediate)
                .allMatch(part -> part.mode() == mode)
                .extracting(Claim::keys)
                .containsExactly(keys(3), keys(1));
    }

    @Test
    void waitsForTheOthersAsLongAsTheRequest() {
        Claim rest = Objects.requireNonNull(findTried(EXCLUSIVE, keys(2)).rest());
        assertThat(rest.keys()).isEqualTo(keys(1, 3));
        assertThat(rest.waitMillis()).isEqualTo(5000);
    }

    @Test
    void waitsForNothingIfItHasAllOfThem() {
        assertThat(findTried(EXCLUSIVE, keys(1, 2, 3)).rest()).isNull();
    }

    @Test
    void queuesOnlyAtTheGatesOfTheOthers() {
        DatabaseKey[] all =
                DatabaseKey.of("database", findTried(EXCLUSIVE, keys(2)).request());
        assertThat(findTried(EXCLUSIVE, keys(2)).gates(all)).containsExactly(all[0], all[2]);
    }

    /** The caller may go on: others have it in shared mode. */
    @Test
    void refusesAnUpgradeAsNotInTime() {
        Outcome refusal = findTried(EXCLUSIVE, keys(2)).refusal("Shop.write()", new NotInTime(() -> late));
        assertThat(refusal).isInstanceOf(NotInTime.class);
        assertThat(refusal.toException())
                .isInstanceOfSatisfying(LockTimeoutException.class, e -> {
                    assertThat(e.waited()).isEqualTo(late.waited());
                    assertThat(e.keys()).isEqualTo(keys(1, 2, 3));
                })
                .hasMessageContainingAll("lock '2'", "Shop.read()");
    }

    /** The waiter waits for this very thread, so no time would be enough. */
    @Test
    void refusesASharedRequestBehindAWaiterForGood() {
        Outcome refusal = findTried(SHARED, keys(2)).refusal("Shop.write()", new NotInTime(() -> late));
        assertThat(refusal).isInstanceOf(Refused.class);
        assertThat(refusal.toException())
                .isInstanceOf(SelfDeadlockException.class)
                .hasMessageContainingAll("lock '2'", "Shop.read()", "Shop.write()")
                .hasCause(late);
    }
}
