package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockKeyException;
import org.advisorylock.LockRequest;
import org.advisorylock.LockScope;
import org.advisorylock.TransactionLocks;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which values make a key, and which one. */
@Locking
class KeyValueTest extends ContractTest {

    /** A message must not have these: they would forge a line, or hide a part of it. */
    private static final String UNPRINTABLE = "[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]";

    /** A value with parts. */
    public record Seat(long show, Optional<String> row) {}

    /** A constant with a body and another text. */
    public enum Side {
        /** The one. */
        LEFT {
            @Override
            public String toString() {
                return "links";
            }
        }
    }

    /** Its text may change. */
    public static class ChangingText {
        @Override
        public String toString() {
            return "Account#1";
        }
    }

    /** The bean under test; each method gives the keys that are held while it runs. */
    @ApplicationScoped
    @Transactional
    public static class Values {
        @Inject
        Database database;

        /** Any value. */
        @AdvisoryLock("value:{value}")
        public List<AdvisoryLockKey> any(@Nullable Object value) {
            return database.heldKeys();
        }

        /** Values that are known by their type. */
        @AdvisoryLock("{number}:{decimal}")
        public List<AdvisoryLockKey> typed(OptionalLong number, BigDecimal decimal) {
            return database.heldKeys();
        }

        /** Values of one and a path. */
        @AdvisoryLock("seat:{seat.show}:{seat.row}:{number}")
        public List<AdvisoryLockKey> seat(Seat seat, List<Integer> number) {
            return database.heldKeys();
        }

        /** One key for each pair. */
        @AdvisoryLock("pair:{some}:{others}")
        public List<AdvisoryLockKey> pairs(List<Integer> some, List<Integer> others) {
            return database.heldKeys();
        }

        /** The same, with a lock around the transaction. */
        @AdvisoryLock(value = "pair:{some}:{others}", scope = LockScope.SESSION)
        public List<AdvisoryLockKey> pairsOfSession(List<Integer> some, List<Integer> others) {
            return database.heldKeys();
        }

        /** The elements that are left for the method. */
        @AdvisoryLock("stream:{elements}")
        public long count(LongStream elements) {
            return elements.count();
        }
    }

    @Inject
    Values values;

    @Inject
    TransactionLocks locks;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(KeyValueTest.class);
    }

    private static AdvisoryLockKey md5(String text) {
        return AdvisoryLockKey.of(text, KeyHash.MD5);
    }

    @Test
    @Assertion("KEY-13")
    void equalNumbersAreOneKeyInWhateverTypeTheyCome() {
        for (Object five : List.of(
                "5",
                5,
                5L,
                (short) 5,
                BigInteger.valueOf(5),
                new BigDecimal("5"),
                new BigDecimal("5.00"),
                new BigDecimal("50E-1"),
                OptionalInt.of(5),
                OptionalLong.of(5),
                Optional.of(5))) {
            assertThat(values.any(five)).as(five.getClass().getName()).containsExactly(md5("value:5"));
        }
        assertThat(values.any(new BigDecimal("1E+3"))).containsExactly(md5("value:1000"));
        assertThat(values.any(new BigDecimal("0E+2147483647"))).containsExactly(md5("value:0"));
        assertThat(values.typed(OptionalLong.of(5), new BigDecimal("-0.50"))).containsExactly(md5("5:-0.5"));
    }

    @Test
    @Assertion("KEY-13")
    void eachValueHasOneText() {
        UUID id = new UUID(1, 2);
        assertThat(values.any(id)).containsExactly(md5("value:" + id));
        assertThat(values.any(Side.LEFT)).containsExactly(md5("value:LEFT"));
        assertThat(values.any(true)).containsExactly(md5("value:true"));
        assertThat(values.any('x')).containsExactly(md5("value:x"));
        assertThat(values.any(Instant.EPOCH)).containsExactly(md5("value:1970-01-01T00:00:00Z"));
        assertThat(values.any(LocalDate.EPOCH)).containsExactly(md5("value:1970-01-01"));
        assertThat(values.any(Duration.ofMinutes(90))).containsExactly(md5("value:PT1H30M"));
        assertThat(values.any(URI.create("HTTP://Example.org/%2f")))
                .containsExactly(md5("value:http://example.org/%2F"));
        assertThat(values.any(AdvisoryLockKey.of(1, -2))).containsExactly(md5("value:1,-2"));
    }

    @Test
    @Assertion("KEY-14")
    void everythingElseIsNoKey() {
        for (Object value : List.of(
                1.0,
                1f,
                OptionalDouble.of(1),
                DoubleStream.of(1),
                new double[] {1},
                new byte[] {1},
                new char[] {'a'},
                new ChangingText(),
                new Seat(1, Optional.empty()),
                Optional.of(new ChangingText()),
                List.of(new ChangingText()),
                new AtomicLong(1),
                Map.of("a", 1),
                Map.entry("a", 1),
                List.of(1).iterator(),
                List.of(List.of(1)),
                new GregorianCalendar(2026, 1, 1))) {
            assertNoKey(value);
        }
        assertNoKey(OptionalLong.empty());
        assertNoKey(OptionalInt.empty());
    }

    @Test
    @Assertion("KEY-15")
    void aTextThatIsTooLongIsNoKey() throws Exception {
        assertThat(values.any("x".repeat(994))).hasSize(1);
        assertNoKey("x".repeat(995));
        assertNoKey(new BigDecimal("1E+1000000000"));
        assertNoKey(new BigDecimal("1E-1000000000"));
        assertNoKey(BigInteger.ONE.shiftLeft(1_000_000));
        inTransaction(() -> {
            locks.acquire("x".repeat(1000));
            assertThat(locks.isHeld("x".repeat(1000))).isTrue();
            assertThatExceptionOfType(LockKeyException.class).isThrownBy(() -> locks.acquire("x".repeat(1001)));
        });
    }

    @Test
    @Assertion("KEY-15")
    void aTextThatUtf8CannotTellFromAnotherIsNoKey() throws Exception {
        assertThat(values.any("\uD83D\uDE00")).hasSize(1);
        assertNoKey("\uD83D");
        assertNoKey("\uDE00\uD83D");
        inTransaction(
                () -> assertThatExceptionOfType(LockKeyException.class).isThrownBy(() -> locks.acquire("cut \uD83D")));
    }

    @Test
    @Assertion("KEY-16")
    void tooManyKeysAreRefusedBeforeTheyAreMade() {
        List<Integer> many = IntStream.range(0, 3000).boxed().toList();
        List<Integer> some = many.subList(0, 900);
        assertThatExceptionOfType(LockKeyException.class).isThrownBy(() -> values.pairs(some, some));
        assertThatExceptionOfType(LockKeyException.class).isThrownBy(() -> values.pairs(many, many));
        assertThatExceptionOfType(LockKeyException.class).isThrownBy(() -> values.pairsOfSession(many, many));
        assertNoKey(Collections.nCopies(Integer.MAX_VALUE, "a"));
        assertThat(values.pairs(some.subList(0, 10), Collections.nCopies(1500, 7)))
                .hasSize(10);
    }

    @Test
    @Assertion("KEY-16")
    void aStreamIsReadNoFurtherThanTheLimit() {
        AtomicInteger read = new AtomicInteger();
        assertNoKey(Stream.generate(read::incrementAndGet));
        assertThat(read.get()).isBetween(1000, 1001);
        assertThat(values.count(LongStream.of(1, 2, 3))).isEqualTo(3);
    }

    @Test
    @Assertion("KEY-17")
    void codeGivesTheKeysOfTheAnnotation() {
        Seat seat = new Seat(7, Optional.of("a:b\\c"));
        List<Integer> numbers = List.of(2, 1);
        assertThat(LockRequest.of("seat:{0.show}:{0.row}:{1}", seat, numbers).keys(KeyHash.MD5, 10))
                .containsExactlyInAnyOrderElementsOf(values.seat(seat, numbers))
                .containsExactly(md5("seat:7:a\\:b\\\\c:2"), md5("seat:7:a\\:b\\\\c:1"));
        assertThat(LockRequest.of("value:{0}", new BigDecimal("1.50")).keys(KeyHash.MD5, 1))
                .isEqualTo(values.any(new BigDecimal("1.5")));
        assertThat(LockRequest.of("value:{0}").keys(KeyHash.MD5, 1)).isEqualTo(values.any("{0}"));
    }

    @Test
    @Assertion("KEY-18")
    void noMessageIsForgedOrFlooded() throws Exception {
        String hostile = "\r\nERROR forged \u001b[31m\u202e\u2028";
        assertPrintable(() -> values.any(hostile + "x".repeat(5_000_000)));
        assertPrintable(() -> inTransaction(() -> locks.acquire(hostile.repeat(1000))));
        assertPrintable(() -> inTransaction(() -> locks.assertHeld(hostile)));
    }

    private interface Failing {
        void run() throws Exception;
    }

    private static void assertPrintable(Failing call) {
        assertThatExceptionOfType(AdvisoryLockException.class)
                .isThrownBy(call::run)
                .satisfies(e -> assertThat(e.getMessage())
                        .hasSizeLessThanOrEqualTo(2000)
                        .doesNotContainPattern(UNPRINTABLE));
    }

    private void assertNoKey(Object value) {
        assertThatExceptionOfType(LockKeyException.class)
                .as(value.getClass().getName())
                .isThrownBy(() -> values.any(value))
                .withMessageStartingWith("ADVLOCK-");
    }
}
