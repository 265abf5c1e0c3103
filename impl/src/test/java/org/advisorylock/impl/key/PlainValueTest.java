package org.advisorylock.impl.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Making the text of a JDK value runs no code of the application, so it cannot lock anything. */
class PlainValueTest {

    static List<Object> finalOnes() {
        ZonedDateTime now = ZonedDateTime.now(ZoneId.of("UTC"));
        return List.of(
                "a",
                true,
                'a',
                (byte) 1,
                (short) 1,
                1,
                1L,
                UUID.randomUUID(),
                URI.create("a:b"),
                AdvisoryLockKey.of(1),
                OptionalInt.of(1),
                OptionalLong.of(1),
                Instant.from(now),
                LocalDate.from(now),
                LocalTime.from(now),
                LocalDateTime.from(now),
                OffsetTime.from(now),
                OffsetDateTime.from(now),
                now,
                Year.from(now),
                YearMonth.from(now),
                MonthDay.from(now),
                Duration.ofDays(1),
                Period.ofDays(1));
    }

    @ParameterizedTest
    @MethodSource("finalOnes")
    void isEachOfAFinalClass(Object value) {
        assertThat(PlainValue.is(value)).isTrue();
        assertThat(PlainValue.isAlways(value.getClass())).isTrue();
    }

    @Test
    void isANumberOnlyIfItIsOfThatVeryClass() {
        assertThat(PlainValue.is(BigDecimal.ONE)).isTrue();
        assertThat(PlainValue.is(BigInteger.ONE)).isTrue();
        assertThat(PlainValue.is(new BigDecimal("1") {
                    private static final long serialVersionUID = 1;
                }))
                .isFalse();
        assertThat(PlainValue.isAlways(BigDecimal.class)).isFalse();
        assertThat(PlainValue.isAlways(BigInteger.class)).isFalse();
    }

    @Test
    void isACollectionOrAnOptionalOnlyIfEachElementIs() {
        Object other = new AtomicLong();
        assertThat(PlainValue.is(List.of(1, KeyHash.MD5))).isTrue();
        assertThat(PlainValue.is(Optional.of(1))).isTrue();
        assertThat(PlainValue.is(other)).isFalse();
        assertThat(PlainValue.is(List.of(1, other))).isFalse();
        assertThat(PlainValue.is(Optional.of(other))).isFalse();
        assertThat(PlainValue.is(new AbstractList<Integer>() {
                    @Override
                    public Integer get(int index) {
                        return 1;
                    }

                    @Override
                    public int size() {
                        return 1;
                    }
                }))
                .isFalse();
        assertThat(PlainValue.isAlways(Optional.class)).isFalse();
        assertThat(PlainValue.isAlways(CharSequence.class)).isFalse();
    }
}
