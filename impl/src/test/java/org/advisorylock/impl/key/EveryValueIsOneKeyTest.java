package org.advisorylock.impl.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockRequest;
import org.advisorylock.LockScope;

/** Equal values always have the same text, and different values never have, in the annotation and in code. */
class EveryValueIsOneKeyTest {

    @Property
    void tuplesGiveOneKeyIfAndOnlyIfTheyAreEqual(
            @ForAll("tuples") List<String> one, @ForAll("tuples") List<String> other) {
        for (String template : List.of("{a}:{b}:{c}", "x:{2}::{0}:{1}", "{0}:1-{1}:{2}:")) {
            assertThat(Templates.keys(template, one.toArray()).equals(Templates.keys(template, other.toArray())))
                    .isEqualTo(one.equals(other));
        }
    }

    @Provide
    Arbitrary<List<String>> tuples() {
        return Arbitraries.strings()
                .withChars(':', '\\', 'a')
                .ofMinLength(1)
                .ofMaxLength(2)
                .list()
                .ofSize(3);
    }

    @Property
    void valuesOfOneTypeGiveOneKeyIfAndOnlyIfTheyAreEqual(@ForAll("pairs") List<Object> pair) {
        Object one = pair.get(0);
        Object other = pair.get(1);
        boolean isEqual =
                one instanceof BigDecimal number ? number.compareTo((BigDecimal) other) == 0 : one.equals(other);
        assertThat(Templates.keys("k:{a}", one, 0, 0).equals(Templates.keys("k:{a}", other, 0, 0)))
                .isEqualTo(isEqual);
    }

    @Provide
    Arbitrary<List<Object>> pairs() {
        return values().flatMap(type -> type.list().ofSize(2));
    }

    private static Arbitrary<Arbitrary<Object>> values() {
        return Arbitraries.of(List.<Arbitrary<Object>>of(
                any(Arbitraries.longs()),
                any(Arbitraries.integers()),
                any(Arbitraries.bigIntegers()),
                any(decimals()),
                any(Arbitraries.strings().ofMinLength(1).ofMaxLength(2).filter(EveryValueIsOneKeyTest::isWhole)),
                any(Arbitraries.chars().filter(c -> !Character.isSurrogate(c))),
                any(uris()),
                any(Arbitraries.longs().between(-3, 3).map(n -> new UUID(n, -n))),
                any(Arbitraries.longs().map(Instant::ofEpochMilli)),
                any(Arbitraries.longs().between(-400_000, 400_000).map(LocalDate::ofEpochDay)),
                any(Arbitraries.longs().between(0, 86_399_999_999_999L).map(LocalTime::ofNanoOfDay)),
                any(Arbitraries.longs().map(Duration::ofNanos)),
                any(Arbitraries.integers().between(-14, 14).map(n -> Period.of(n % 2, n, 0))),
                any(Arbitraries.integers().between(-9999, 9999).map(n -> YearMonth.of(n, 1 + Math.abs(n % 12)))),
                any(moments()),
                any(moments().map(ZonedDateTime::toOffsetDateTime)),
                any(Arbitraries.of(LockScope.values())),
                any(Arbitraries.integers().between(-2, 2).map(n -> AdvisoryLockKey.of(n, -n)))));
    }

    private static Arbitrary<Object> any(Arbitrary<?> values) {
        return values.map(value -> value);
    }

    private static Arbitrary<BigDecimal> decimals() {
        return Combinators.combine(
                        Arbitraries.of(0L, 1L, -1L, 10L, 100L, 1000L, 11L, -110L),
                        Arbitraries.integers().between(-4, 4))
                .as(BigDecimal::valueOf);
    }

    private static Arbitrary<URI> uris() {
        return Arbitraries.of(
                        "http://a",
                        "HTTP://A",
                        "http://a:",
                        "http://a:80",
                        "http://a:080",
                        "http://b@a:80/",
                        "http://B@a:80/",
                        "http://a/%2f",
                        "http://a/%2F",
                        "http://a/?q",
                        "http://a/#q",
                        "http://x_y/",
                        "http://X_Y/",
                        "http://[2001:DB8::1]/",
                        "http://[2001:db8::1]/",
                        "file:/x",
                        "file:///x",
                        "file:////x",
                        "file://x",
                        "mailto:a@b",
                        "MAILTO:a@b",
                        "mailto:A@b",
                        "//a/b",
                        "/b",
                        "a")
                .map(URI::create);
    }

    private static Arbitrary<ZonedDateTime> moments() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 3).map(hours -> Instant.ofEpochSecond(hours * 3600)),
                        Arbitraries.of("Z", "UTC", "Europe/Paris", "+01:00", "GMT0")
                                .map(ZoneId::of))
                .as(ZonedDateTime::ofInstant);
    }

    private static boolean isWhole(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    @Property
    void codeGivesTheKeysOfTheAnnotation(
            @ForAll("several") Object a, @ForAll("several") Object b, @ForAll("several") Object c) {
        for (String template : List.of("x:{0}:{1}:{2}", "{0}:{2}:{1}:{0}")) {
            assertThat(LockRequest.of(template, a, b, c).keys(KeyHash.MD5, Templates.MOST))
                    .isEqualTo(Templates.keys(template, a, b, c));
        }
        Templates.TemplateOrder order = new Templates.TemplateOrder(a, Optional.of(b), Map.of("tag", c));
        assertThat(LockRequest.of("{0.id}:{0.customer}:{0.tags.tag}", order).keys(KeyHash.MD5, Templates.MOST))
                .isEqualTo(Templates.keysOfOrder("{order.id}:{order.customer}:{order.tags.tag}", order))
                .isEqualTo(Templates.keys("{0}:{1}:{2}", a, b, c));
    }

    @Provide
    Arbitrary<Object> several() {
        return values().flatMap(type -> Arbitraries.oneOf(
                type,
                any(type.list().ofMinSize(1).ofMaxSize(3)),
                any(type.optional(1)),
                any(type.array(Object[].class).ofSize(2))));
    }
}
