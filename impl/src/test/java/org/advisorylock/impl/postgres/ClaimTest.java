package org.advisorylock.impl.postgres;

import static org.advisorylock.LockMode.EXCLUSIVE;
import static org.advisorylock.LockMode.SHARED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockMode;
import org.advisorylock.LockRequest;
import org.advisorylock.LockScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A call asks for each key once, in one order, in one mode, with one wait. */
class ClaimTest {

    private static final AdvisoryLockKey ACCOUNT = AdvisoryLockKey.of("account:42", KeyHash.MD5);

    private static List<AdvisoryLockKey> keys(long... numbers) {
        return LongStream.of(numbers).mapToObj(AdvisoryLockKey::of).toList();
    }

    private static Claim claim(AdvisoryLockKey... keys) {
        return Claim.of(List.of(keys), EXCLUSIVE, 5000);
    }

    @ParameterizedTest
    @CsvSource({
        "EXCLUSIVE, EXCLUSIVE, true",
        "EXCLUSIVE, SHARED, true",
        "SHARED, EXCLUSIVE, true",
        "SHARED, SHARED, false"
    })
    void modesExcludeUnlessBothAreShared(LockMode one, LockMode other, boolean exclude) {
        assertThat(Claim.exclude(one, other)).isEqualTo(exclude);
    }

    @ParameterizedTest
    @CsvSource({
        "EXCLUSIVE, EXCLUSIVE, true",
        "EXCLUSIVE, SHARED, true",
        "SHARED, EXCLUSIVE, false",
        "SHARED, SHARED, true"
    })
    void aModeCoversItselfAndTheWeakerOne(LockMode held, LockMode wanted, boolean covers) {
        assertThat(Claim.covers(held, wanted)).isEqualTo(covers);
    }

    @Property(tries = 200)
    void sortsItsKeysAndHasEachOnce(@ForAll List<Long> numbers) {
        List<AdvisoryLockKey> asked = numbers.stream().map(AdvisoryLockKey::of).toList();
        Claim claim = Claim.of(asked, SHARED, 0);
        assertThat(claim.keys()).isSorted().doesNotHaveDuplicates().hasSameElementsAs(asked);
        assertThat(asked).allMatch(claim::has);
    }

    @Test
    void takesSingleNumbersBeforePairs() {
        AdvisoryLockKey pair = AdvisoryLockKey.of(-1, -1);
        assertThat(claim(pair, AdvisoryLockKey.of(Long.MAX_VALUE)).keys())
                .containsExactly(AdvisoryLockKey.of(Long.MAX_VALUE), pair);
    }

    @Test
    void takesTextAndItsNumberAsOneKey() {
        assertThat(claim(ACCOUNT, AdvisoryLockKey.of(ACCOUNT.number())).keys()).hasSize(1);
    }

    @Test
    void hasNoKeyThatItDoesNotAskFor() {
        Claim claim = Claim.of(keys(1, 3), EXCLUSIVE, 0);
        assertThat(claim.has(AdvisoryLockKey.of(2))).isFalse();
        assertThat(claim.has(AdvisoryLockKey.of(0, 1))).isFalse();
    }

    @Test
    void keepsAnOrderThatTheCallerWants() {
        assertThat(Claim.inOrder(keys(3, 1, 3, 2), EXCLUSIVE, 0).keys()).isEqualTo(keys(3, 1, 2));
    }

    @Test
    void ofARequestOfTheApiHasItsModeAndOrder() {
        LockRequest request = LockRequest.of(AdvisoryLockKey.of(2)).and(AdvisoryLockKey.of(1));
        assertThat(Claim.of(request.shared(), KeyHash.MD5, 10, 7)).isEqualTo(Claim.of(keys(1, 2), SHARED, 7));
        Claim inOrder = Claim.of(request.inOrder(), KeyHash.MD5, 10, 7);
        assertThat(inOrder.keys()).isEqualTo(keys(2, 1));
        assertThat(inOrder.scope()).isEqualTo(LockScope.SESSION);
    }

    @Test
    void forAPermitOfTheApiHasASlotForEachPermit() {
        Claim claim = Claim.of(LockRequest.of("import").permits(3), KeyHash.SHA_256, 10, 7);
        assertThat(claim.isForPermit()).isTrue();
        assertThat(claim.slots())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 3)
                        .mapToObj(slot -> AdvisoryLockKey.of("import#" + slot, KeyHash.SHA_256))
                        .toList());
    }

    @Test
    void forTheOnlyPermitIsAPlainLock() {
        assertThat(Claim.permit(ACCOUNT, 1, KeyHash.MD5, 7)).isEqualTo(Claim.of(List.of(ACCOUNT), EXCLUSIVE, 7));
    }

    /** A key that is a number itself has slots by digest, because a text with # is no number. */
    @Test
    void forAPermitOfANumberHasSlotsByDigest() {
        assertThat(Claim.permit(AdvisoryLockKey.of(42), 2, KeyHash.NONE, 0).slots())
                .containsExactly(AdvisoryLockKey.of("42#1", KeyHash.MD5), AdvisoryLockKey.of("42#2", KeyHash.MD5));
    }

    @Test
    void forAllSlotsKnowsSomeThatOnlyMorePermitsHave() {
        Claim claim = Claim.permit(ACCOUNT, 2, KeyHash.MD5, 0);
        AdvisoryLockKey third = AdvisoryLockKey.of("account:42#3", KeyHash.MD5);
        assertThat(claim.forAllSlots().keys()).containsAll(claim.slots()).contains(third);
        assertThat(claim.forSlotsBeyond().keys())
                .doesNotContainAnyElementsOf(claim.slots())
                .contains(third);
        assertThat(claim.forAllSlots().isForPermit()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0",
        "PT0.000000001S, 1",
        "PT0.001S, 1",
        "PT0.0019S, 1",
        "PT2S, 2000",
        "PT596H31M23.647S, 2147483647"
    })
    void waitsWholeMillisecondsAndNeverZeroByRounding(Duration wait, long millis) {
        assertThat(Claim.millis(wait)).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-0.000000001S", "PT-1H", "PT596H31M23.648S", "PT2562047788015215H"})
    void waitsNoTimeThatPostgresqlCannotCount(String wait) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Claim.millis(Duration.parse(wait)))
                .withMessageContaining("ADVLOCK-");
    }

    @Test
    void knowsTheTwoSpecialWaits() {
        Claim claim = claim(ACCOUNT);
        assertThat(claim.isImmediate() || claim.isUnlimited()).isFalse();
        assertThat(claim.waiting(AdvisoryLock.IMMEDIATE).isImmediate()).isTrue();
        assertThat(claim.waiting(AdvisoryLock.UNLIMITED).isUnlimited()).isTrue();
        assertThat(claim.waiting(5000)).isSameAs(claim);
    }

    @ParameterizedTest
    @CsvSource({"5000, 5000000000", "0, 0", "-1, 0", "2147483647, 2147483647000000"})
    void hasADeadlineAlsoWhenTheClockOverflows(long waitMillis, long nanos) {
        for (long began : new long[] {0, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(claim(ACCOUNT).waiting(waitMillis).deadline(began) - began)
                    .isEqualTo(nanos);
        }
    }

    static Stream<Claim> changed() {
        Claim claim = Claim.permit(ACCOUNT, 2, KeyHash.MD5, 5000);
        return Stream.of(
                claim.forSession(), claim.exclusively(), claim.quietly(), claim.inEitherMode(), claim.waiting(1));
    }

    @ParameterizedTest
    @MethodSource("changed")
    void keepsKeysAndSlotsWhenSomethingElseChanges(Claim changed) {
        Claim claim = Claim.permit(ACCOUNT, 2, KeyHash.MD5, 5000);
        assertThat(changed.keys()).isEqualTo(claim.keys());
        assertThat(changed.slots()).isEqualTo(claim.slots());
    }

    @Test
    void isQuietUntilItIsToldToNameHolders() {
        Claim claim = claim(ACCOUNT);
        assertThat(claim.namingHolders()).isSameAs(claim);
        assertThat(claim.quietly().isQuiet()).isTrue();
        assertThat(claim.quietly().namingHolders()).isEqualTo(claim);
    }

    @Test
    void isFulfilledInEitherModeByAnyLock() {
        assertThat(claim(ACCOUNT).inEitherMode().mode()).isEqualTo(SHARED);
        assertThat(claim(ACCOUNT).inEitherMode().exclusively()).isEqualTo(claim(ACCOUNT));
    }

    @Test
    void addsTheTextToANumberThatItAskedFor() {
        AdvisoryLockKey number = AdvisoryLockKey.of(ACCOUNT.number());
        assertThat(claim(ACCOUNT).named(number).text()).contains("account:42");
        AdvisoryLockKey other = AdvisoryLockKey.of(1);
        assertThat(claim(ACCOUNT).named(other)).isSameAs(other);
    }

    @Test
    void isTheSubjectOfItsMessages() {
        assertThat(claim(ACCOUNT)).hasToString("lock 'account:42' (exclusive, transaction)");
        assertThat(claim(ACCOUNT).inEitherMode().forSession()).hasToString("lock 'account:42' (shared, session)");
        assertThat(Claim.permit(ACCOUNT, 3, KeyHash.MD5, 0))
                .hasToString("lock 'account:42' (one of 3 permits, transaction)");
        assertThat(claim(AdvisoryLockKey.of(7), AdvisoryLockKey.of(1, 2)))
                .hasToString("locks '7', '1,2' (exclusive, transaction)");
    }

    @Test
    void namesTenKeysAndCountsTheRest() {
        Claim claim = Claim.of(keys(LongStream.range(0, 12).toArray()), EXCLUSIVE, 0);
        assertThat(claim.names()).endsWith("'9' and 2 more").doesNotContain("'10'");
        assertThat(Claim.of(keys(LongStream.range(0, 10).toArray()), EXCLUSIVE, 0)
                        .names())
                .endsWith("'9'");
    }

    @Test
    void cutsLongTextsSoonerIfItHasSeveral() {
        AdvisoryLockKey one = AdvisoryLockKey.of("a" + "x".repeat(200), KeyHash.MD5);
        AdvisoryLockKey other = AdvisoryLockKey.of("b" + "x".repeat(200), KeyHash.MD5);
        assertThat(claim(one).names()).contains("x".repeat(99)).doesNotContain("x".repeat(100));
        assertThat(claim(one, other).names()).contains("x".repeat(29)).doesNotContain("x".repeat(30));
    }

    @Test
    void tellsALogNoTexts() {
        assertThat(claim(ACCOUNT).toStringWithoutTexts())
                .isEqualTo("lock " + ACCOUNT.number() + " (exclusive, transaction)");
        assertThat(Claim.of(keys(LongStream.range(0, 11).toArray()), SHARED, 0).toStringWithoutTexts())
                .isEqualTo("locks 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 1 more (shared, transaction)");
        assertThat(Claim.of(Collections.nCopies(3, ACCOUNT), EXCLUSIVE, 0).toStringWithoutTexts())
                .startsWith("lock ");
    }
}
