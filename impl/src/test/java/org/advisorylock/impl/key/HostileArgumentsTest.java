package org.advisorylock.impl.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockMode;
import org.advisorylock.LockRequest;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.postgres.Claim;

/**
 * Any argument gives a key, or an exception of this library that can be printed. The default is 100,000 calls; for a
 * million:
 *
 * <pre>{@code
 * mvn verify -pl impl -am -Dtest='HostileArgumentsTest,EveryValueIsOneKeyTest' -DskipITs -Djqwik.tries.default=10000
 *     -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 */
class HostileArgumentsTest {

    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    /** One try makes a hundred calls, because drawing texts takes longer than making keys of them. */
    @Property
    void giveKeysOrAnExceptionThatCanBePrinted(
            @ForAll("templates") List<String> templates, @ForAll("arguments") List<Object> arguments) {
        for (String template : templates) {
            for (int i = 0; i < arguments.size(); i++) {
                call(template, arguments.get(i), arguments.get((i + 1) % 10), arguments.get((i + 2) % 10));
            }
        }
    }

    private static void call(String template, Object a, Object b, Object c) {
        assertSound(() -> Templates.keys(template, unhidden(a), unhidden(b), unhidden(c)));
        assertSound(() -> LockRequest.of(template, unhidden(a), unhidden(b), unhidden(c))
                .and(template)
                .keys(KeyHash.SHA_256, Templates.MOST));
        assertSound(() -> LockRequest.of(template).keys(KeyHash.NONE, Templates.MOST));
    }

    /** Makes keys, or throws. */
    private interface Making {
        List<AdvisoryLockKey> make();
    }

    private static void assertSound(Making making) {
        String printed;
        try {
            List<AdvisoryLockKey> keys = making.make();
            assertThat(Set.copyOf(keys)).isNotEmpty().hasSize(keys.size()).hasSizeLessThanOrEqualTo(Templates.MOST);
            assertThat(keys.stream()
                            .mapToInt(key -> key.text().orElse("").length())
                            .max()
                            .orElseThrow())
                    .isLessThanOrEqualTo(1000);
            printed = CallMessage.SESSION_CLOSED.text(Claim.of(keys, LockMode.SHARED, 0));
            assertThat(printed.endsWith("the application is ending, and its session locks with it"))
                    .isTrue();
        } catch (AdvisoryLockException e) {
            printed = String.valueOf(e.getMessage());
        }
        assertThat(printed).startsWith("ADVLOCK-");
        assertThat(printed).hasSizeLessThanOrEqualTo(2000);
        assertThat(UNPRINTABLE.matcher(printed).find()).as(printed).isFalse();
    }

    @Provide
    Arbitrary<List<String>> templates() {
        Arbitrary<String> pieces = Arbitraries.of(
                "{0}",
                "{1}",
                "{2}",
                "{a}",
                "{b.id}",
                "{0.x}",
                "{c.}",
                "{",
                "}",
                ":",
                ":",
                ":",
                "\\",
                "",
                "x",
                "'",
                "\"",
                "${jndi:ldap://h/}",
                "#{1}",
                "{0.class}",
                "{0.empty}",
                "{0.bytes}",
                "{00}",
                "{99999999999}",
                "{\u0000}",
                "\r\n",
                "\uD83D",
                "\uDE00",
                "\u202e",
                "{\u0661}",
                "%s",
                "; drop table t; --",
                "é😀");
        return Arbitraries.frequencyOf(
                        Tuple.of(8, pieces.list().ofMaxSize(6).map(each -> String.join("", each))),
                        Tuple.of(2, pieces.list().ofMaxSize(6).map(each -> String.join(":", each))),
                        Tuple.of(1, Arbitraries.strings().all().ofMaxLength(20)),
                        Tuple.of(
                                1,
                                Arbitraries.of(
                                        "x".repeat(1001), "{0}:" + "y".repeat(990), "{" + "z".repeat(3000) + "}")))
                .list()
                .ofSize(10);
    }

    /** Stands for null, which jqwik's lists do not hold. */
    private enum NullMark {
        NULL,
        INFINITE
    }

    private static Object unhidden(Object value) {
        if (value == NullMark.NULL) {
            return Optional.empty();
        }
        return value == NullMark.INFINITE ? Stream.iterate(0, i -> i + 1) : value;
    }

    @Provide
    Arbitrary<List<Object>> arguments() {
        Arbitrary<Object> one = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.strings().all().ofMaxLength(8).map(text -> text)),
                Tuple.of(
                        4,
                        Arbitraries.of(
                                "a",
                                "b:c",
                                "\\",
                                "{0}",
                                "${env:HOME}",
                                "' or 1=1 --",
                                "\"",
                                "\r\nERROR",
                                "\u0000",
                                "\u001b[31m",
                                "\u2028",
                                "\u202e",
                                "\uD83D",
                                "\uDE00",
                                "😀",
                                "",
                                " ",
                                "x".repeat(999),
                                "x".repeat(1001),
                                "\n".repeat(2000))),
                Tuple.of(
                        4,
                        Arbitraries.of(
                                0,
                                -1,
                                Long.MIN_VALUE,
                                (byte) 1,
                                'c',
                                '\uD83D',
                                true,
                                1.5,
                                Float.NaN,
                                KeyHash.MD5,
                                NullMark.NULL,
                                NullMark.INFINITE,
                                OptionalInt.empty(),
                                OptionalInt.of(3),
                                BigInteger.TEN.pow(999),
                                BigInteger.TEN.pow(1001),
                                BigInteger.ONE.shiftLeft(1 << 20),
                                new BigDecimal("1e1000000000"),
                                new BigDecimal("1e-1000000000"),
                                new BigDecimal("0e2147483647"),
                                new BigDecimal(BigInteger.TEN, Integer.MIN_VALUE),
                                new BigDecimal(BigInteger.TEN.pow(1500), 1500),
                                new Object(),
                                new java.util.concurrent.atomic.AtomicLong(),
                                new Templates.TemplateOrder(1, Optional.of("c"), Map.of("x", 7)))));
        return Arbitraries.frequencyOf(
                        Tuple.of(8, one),
                        Tuple.of(2, one.list().ofMaxSize(30).map(list -> list)),
                        Tuple.of(1, one.map(Optional::of)),
                        Tuple.of(
                                1,
                                Arbitraries.of(
                                        new int[] {1, 2},
                                        new byte[] {1},
                                        new char[] {'a'},
                                        new double[] {1},
                                        new Object[] {null},
                                        new int[200],
                                        Collections.nCopies(Integer.MAX_VALUE, "a"),
                                        Arrays.asList(1, null),
                                        List.of(List.of(1)),
                                        Map.of("id", 5))))
                .list()
                .ofSize(10);
    }
}
