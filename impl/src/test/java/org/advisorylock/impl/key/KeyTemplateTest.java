package org.advisorylock.impl.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.Serializable;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.CharBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.chrono.JapaneseDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.advisorylock.KeyHash;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockKey;
import org.advisorylock.LockKeyException;
import org.advisorylock.spi.KeyCollector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTemplateTest {

    record Client(long id, Optional<String> region) {}

    record ClientOrder(Client customer, List<Long> lines, Map<String, Client> parties) {}

    enum Colour {
        RED {
            @Override
            public String toString() {
                return "rot";
            }
        }
    }

    static class PlainObject {}

    static class GetterBean {
        public String getName() {
            return "n";
        }

        public boolean isOpen() {
            return true;
        }

        public String getURL() {
            return "u";
        }

        public String getBroken() throws java.io.IOException {
            throw new java.io.IOException("disk");
        }
    }

    static class Repository<T> {
        void save(T entity) {}
    }

    static class ClientOrders extends Repository<ClientOrder> {}

    @SuppressWarnings("unused")
    static class TemplateService {
        void one(long from) {}

        void two(String a, String b) {}

        void order(ClientOrder order) {}

        void bean(GetterBean bean) {}

        void any(Object value) {}

        void date(Date at) {}

        void plain(PlainObject plain) {}

        void marked(@LockKey long from, @LockKey("customer.id") ClientOrder order) {}

        void several(List<Long> ids, int[] more) {}

        void streams(Stream<Long> ids, LongStream more) {}

        void none() {}

        void three(Object a, Object b, Object c) {}

        void number(double ratio) {}

        void bytes(byte[] bytes) {}

        void chars(char[] chars) {}

        void lists(List<int[]> lists, Optional<Stream<Optional<Date>>> dates, Float[] ratios) {}

        void open(Number number, Comparable<?> comparable, Iterable<?> iterable, Serializable any) {}
    }

    private static final int MOST = 1000;

    private static KeyTemplate parse(Class<?> bean, String method, String template) {
        return parse(bean, method, template, KeyHash.MD5);
    }

    private static KeyTemplate parse(Class<?> bean, String method, String template, KeyHash hash) {
        Method found = Stream.<Class<?>>iterate(bean, c -> c != Object.class, Class::getSuperclass)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(m -> m.getName().equals(method) && !m.isSynthetic())
                .findFirst()
                .orElseThrow();
        return KeyTemplate.parse(new Signature(bean, found), template, hash);
    }

    private static List<String> texts(String method, String template, @Nullable Object... arguments) {
        return texts(parse(TemplateService.class, method, template), arguments);
    }

    private static List<String> texts(KeyTemplate template, @Nullable Object... arguments) {
        KeyCollector keys = new KeyCollector(KeyHash.MD5, MOST);
        template.addTo(keys, arguments, MOST);
        return keys.keys().stream().map(key -> key.text().orElseThrow()).toList();
    }

    private static final ClientOrder ORDER = new ClientOrder(
            new Client(7, Optional.of("eu")), List.of(3L, 1L), Map.of("payer", new Client(9, Optional.empty())));

    @Test
    void fillsPlacesByNameIndexAndPath() {
        assertThat(texts("one", "account:{from}", 42L)).containsExactly("account:42");
        assertThat(texts("one", "account:{0}", 42L)).containsExactly("account:42");
        assertThat(texts("one", "{from}", 42L)).containsExactly("42");
        assertThat(texts("none", "nightly")).containsExactly("nightly");
        assertThat(texts("order", "c:{order.customer.id}", ORDER)).containsExactly("c:7");
        assertThat(texts("order", "c:{0.customer.region}", ORDER)).containsExactly("c:eu");
        assertThat(texts("order", "c:{order.parties.payer.id}", ORDER)).containsExactly("c:9");
        assertThat(texts("bean", "b:{bean.name}:{bean.open}:{bean.URL}", new GetterBean()))
                .containsExactly("b:n:true:u");
        assertThat(texts("marked", "transfer", 5L, ORDER)).containsExactly("transfer:5:7");
    }

    @Test
    void knowsWhatATypeVariableStandsFor() {
        assertThat(texts(parse(ClientOrders.class, "save", "order:{entity.customer.id}"), ORDER))
                .containsExactly("order:7");
    }

    @Test
    void keepsDifferentValuesDifferent() {
        assertThat(texts("two", "{a}:{b}", "a:b", "c")).containsExactly("a\\:b:c");
        assertThat(texts("two", "{a}:{b}", "a", "b:c")).containsExactly("a:b\\:c");
        assertThat(texts("two", "{a}:{b}", "a\\", "b")).containsExactly("a\\\\:b");
        assertThat(texts("two", "{a}", "a:b\\", "c")).containsExactly("a:b\\");
    }

    @Test
    void neverReadsAValueAgain() {
        assertThat(texts("two", "{a}", "{b} ${x} #{''.getClass()}", "no")).containsExactly("{b} ${x} #{''.getClass()}");
    }

    @Test
    void makesAKeyOfEachElement() {
        assertThat(texts("order", "line:{order.lines}", ORDER)).containsExactly("line:3", "line:1");
        assertThat(texts("several", "s:{ids}:{more}", List.of(1L, 2L), new int[] {8, 9}))
                .containsExactly("s:1:8", "s:1:9", "s:2:8", "s:2:9");
    }

    @Test
    void handsAStreamOnThatItHasRead() {
        Object[] arguments = {Stream.of(1L, 2L), LongStream.of(3)};
        assertThat(texts("streams", "s:{ids}:{more}", arguments)).containsExactly("s:1:3", "s:2:3");
        assertThat((Stream<?>) arguments[0]).hasSize(2);
        assertThat(((LongStream) arguments[1]).toArray()).containsExactly(3);
    }

    @Test
    void printsValuesAsEveryServerDoes() {
        UUID id = UUID.fromString("00000000-0000-0000-0000-000000000001");
        assertThat(texts("any", "{value}", id)).containsExactly(id.toString());
        assertThat(texts("any", "{value}", Colour.RED)).containsExactly("RED");
        assertThat(texts("any", "{value}", new BigDecimal("1.50"))).containsExactly("1.5");
        assertThat(texts("any", "{value}", Instant.EPOCH)).containsExactly("1970-01-01T00:00:00Z");
        assertThat(texts("any", "{value}", Optional.of(3))).containsExactly("3");
    }

    @Test
    void givesEqualValuesOneText() {
        for (Object five : List.of(
                5L,
                5,
                (short) 5,
                (byte) 5,
                "5",
                OptionalLong.of(5),
                OptionalInt.of(5),
                Optional.of(Optional.of(5)),
                BigInteger.valueOf(5),
                new BigDecimal("5"),
                new BigDecimal("5.0"),
                new BigDecimal("5.00"),
                CharBuffer.wrap("5"))) {
            assertThat(texts("any", "{value}", five))
                    .as(five.getClass().getName())
                    .containsExactly("5");
        }
        assertThat(texts("any", "{value}", new BigDecimal("1E+3"))).containsExactly("1000");
        assertThat(texts("any", "{value}", new BigDecimal("0E+2147483647"))).containsExactly("0");
        assertThat(texts("any", "{value}", new BigDecimal("-0.050"))).containsExactly("-0.05");
        assertThat(texts("any", "{value}", URI.create("HTTP://Me@Example.ORG:080/a%2fb?q#f")))
                .isEqualTo(texts("any", "{value}", URI.create("http://Me@example.org:80/a%2Fb?q#f")))
                .containsExactly("http://Me@example.org:80/a%2Fb?q#f");
        assertThat(texts("any", "{value}", URI.create("file:///a"))).containsExactly("file:/a");
        assertThat(texts("any", "{value}", URI.create("file:////a"))).containsExactly("file:////a");
        assertThat(texts("any", "{value}", ZonedDateTime.parse("2026-03-01T10:00+01:00[Europe/Paris]")))
                .containsExactly("2026-03-01T10:00+01:00[Europe/Paris]");
    }

    @Test
    void readsAStreamNoFurtherThanTheLimit() {
        AtomicInteger read = new AtomicInteger();
        Object[] arguments = {Stream.generate(read::incrementAndGet)};
        assertThatExceptionOfType(LockKeyException.class)
                .isThrownBy(() -> texts("any", "s:{value}", arguments))
                .withMessageContaining("ADVLOCK-0213");
        assertThat(read).hasValue(MOST + 1);
        assertKeysFail(
                "ADVLOCK-0213", "any", "s:{value}", Stream.of(1).flatMap(one -> Stream.iterate(one, i -> i + 1)));
        assertKeysFail(
                "ADVLOCK-0213",
                "any",
                "s:{value}",
                IntStream.iterate(1, i -> i + 1).parallel());
    }

    @Test
    void countsKeysBeforeTheyAreMade() {
        List<Integer> ids = IntStream.range(0, 900).boxed().toList();
        // 590,490,000,000,000 texts would take for ever.
        assertKeysFail("590490000000000 keys", "three", "{a}:{b}:{c}:{a}:{b}", ids, ids, ids);
        assertKeysFail("ADVLOCK-0213: 2147483647 keys", "any", "{value}", Collections.nCopies(Integer.MAX_VALUE, "a"));
        assertKeysFail(
                "ADVLOCK-0213", "any", "{value}", IntStream.range(0, MOST + 1).toArray());
        assertThat(texts("three", "{a}:{b}:{c}", Collections.nCopies(90_000, 1), ids, "x"))
                .hasSize(900);
    }

    @Test
    void refusesValuesThatMakeNoKey() {
        assertThatKeyFails("ADVLOCK-0205", "any", "k:{value}", (Object) null);
        assertThatKeyFails("ADVLOCK-0205", "any", "k:{value}", Optional.empty());
        assertThatKeyFails("ADVLOCK-0205", "any", "k:{value}", Arrays.asList(1, null));
        assertThatKeyFails("ADVLOCK-0205", "order", "k:{order.parties.nobody.id}", ORDER);
        assertThatKeyFails("ADVLOCK-0205", "order", "k:{order.customer.id}", (Object) null);
        assertThatKeyFails("ADVLOCK-0206", "any", "k:{value}", "");
        assertThatKeyFails("ADVLOCK-0206", "any", "k:{value}", List.of());
        assertThatKeyFails("ADVLOCK-0206", "any", "k:{value}", (Object) new int[0]);
        assertThatKeyFails("ADVLOCK-0206", "any", "k:{value}", Stream.empty());
        assertThatKeyFails("ADVLOCK-0205", "any", "k:{value}", OptionalLong.empty());
        assertThatKeyFails("ADVLOCK-0208", "any", "k:{value}", new PlainObject());
        assertThatKeyFails("ADVLOCK-0208", "any", "k:{value}", ORDER);
        assertThatKeyFails("ADVLOCK-0208", "any", "k:{value}", new java.sql.Timestamp(0));
        assertThatKeyFails("ADVLOCK-0208", "any", "k:{value}", Map.of("a", 1));
        assertThatKeyFails("ADVLOCK-0208", "any", "k:{value}", List.of(List.of(1)));
        assertThatKeyFails("ADVLOCK-0211", "bean", "k:{bean.broken}", new GetterBean());
        assertThatKeyFails("ADVLOCK-0216", "any", "k:{value}", "x".repeat(1001));
        assertThatKeyFails("ADVLOCK-0216", "any", "k:{value}", new BigDecimal("1e1000000000"));
        assertThatKeyFails("ADVLOCK-0216", "any", "k:{value}", new BigDecimal("1e-1000000000"));
        assertThatKeyFails("ADVLOCK-0216", "any", "k:{value}", new BigDecimal(BigInteger.TEN, Integer.MIN_VALUE));
        assertThatKeyFails("ADVLOCK-0216", "any", "k:{value}", BigInteger.ONE.shiftLeft(100_000_000));
        assertThatKeyFails("ADVLOCK-0217", "any", "k:{value}", "half \uD83D");
        assertThatKeyFails("ADVLOCK-0217", "any", "k:{value}", '\uDE00');
    }

    /** An entity whose text may change or differ. */
    static class Entity {
        @Override
        public String toString() {
            return "Entity#1";
        }
    }

    @SuppressWarnings("JavaUtilDate")
    static Stream<Object> refused() {
        return Stream.of(
                1.0,
                1f,
                Double.NaN,
                OptionalDouble.of(1),
                new Entity(),
                new Object(),
                new byte[] {1},
                new char[] {'a'},
                new double[] {1},
                new float[] {1},
                DoubleStream.of(1),
                List.of(1.0),
                new AtomicLong(1),
                new Date(0),
                new java.sql.Date(0),
                new GregorianCalendar(),
                JapaneseDate.now(ZoneOffset.UTC),
                Map.entry("a", 1),
                List.of(1).iterator(),
                Path.of("a"),
                Optional.of(new Entity()),
                List.of(Optional.of(List.of(1))),
                List.of(new int[] {1}),
                new BigDecimal("1") {
                    @Override
                    public String toString() {
                        return "one";
                    }
                },
                new BigInteger("1") {
                    @Override
                    public String toString() {
                        return "one";
                    }
                },
                Locale.ROOT,
                Entity.class,
                TimeZone.getDefault());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesEverythingElse(Object value) {
        assertThatKeyFails("ADVLOCK-0208", "any", "k:{value}", value);
    }

    @Test
    void wrapsWhatGettersThrow() {
        assertThatKeyFails("ADVLOCK-0211", "any", "k:{value}", new OwnText() {
            @Override
            public String toString() {
                throw new IllegalStateException("\nforged line");
            }
        });
        assertThatKeyFails("ADVLOCK-0205", "any", "k:{value}", new OwnText());
    }

    /** Text of a foreign class. */
    @SuppressWarnings({"NullAway", "ToStringReturnsNull"})
    static class OwnText implements CharSequence {
        @Override
        public int length() {
            return 0;
        }

        @Override
        public char charAt(int index) {
            return 'x';
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return this;
        }

        @Override
        public String toString() {
            return null;
        }
    }

    @Test
    void neverPrintsRawOrAtLength() {
        String hostile = "\r\nERROR forged \u001b[31m\u202e\u2028" + "x".repeat(5_000_000);
        assertThatExceptionOfType(LockKeyException.class)
                .isThrownBy(() -> texts("any", "k:{value}", hostile))
                .satisfies(e -> assertThat(e.getMessage())
                        .hasSizeLessThan(2000)
                        .contains("\\r\\nERROR forged \\u001b[31m\\u202e\\u2028", "5000022 characters")
                        .doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\\u2028]"));
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> parse(TemplateService.class, "one", "account:{" + "a".repeat(500) + "\n}"))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2000).doesNotContain("\n"));
    }

    private static void assertKeysFail(String text, String method, String template, @Nullable Object... arguments) {
        assertThatExceptionOfType(LockKeyException.class)
                .isThrownBy(() -> texts(method, template, arguments))
                .withMessageContaining(text);
    }

    private static void assertThatKeyFails(String id, String method, String template, @Nullable Object... arguments) {
        assertThatExceptionOfType(LockKeyException.class)
                .isThrownBy(() -> texts(method, template, arguments == null ? new Object[1] : arguments))
                .withMessageContainingAll(id, "TemplateService." + method, template);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "one     | account:{to}           | ADVLOCK-0003 | {from} and {0}",
                "one     | account:{1}            | ADVLOCK-0003 | {from} and {0}",
                "none    | account:{0}            | ADVLOCK-0003 | no parameters",
                "order   | {order.customer.name}  | ADVLOCK-0005 | id, region",
                "order   | {order.class}          | ADVLOCK-0005 | customer, lines, parties",
                "one     | {from.bytes}           | ADVLOCK-0005 | long",
                "two     | {a}{b}                 | ADVLOCK-0006 | write '{a}:{b}'",
                "two     | {a}-{b}                | ADVLOCK-0006 | {a} and {b}",
                "order   | {order}                | ADVLOCK-0007 | record",
                "date    | {at}                   | ADVLOCK-0007 | time zone",
                "plain   | {plain}                | ADVLOCK-0007 | may print",
                "number  | {ratio}                | ADVLOCK-0007 | floating point",
                "bytes   | {bytes}                | ADVLOCK-0007 | HexFormat",
                "chars   | {chars}                | ADVLOCK-0007 | new String",
                "lists   | {lists}                | ADVLOCK-0007 | inside a container",
                "lists   | {dates}                | ADVLOCK-0007 | time zone",
                "lists   | {ratios}               | ADVLOCK-0007 | floating point",
                "order   | {order.parties}        | ADVLOCK-0007 | container",
                "one     | account:{from          | ADVLOCK-0002 | without a '}'",
                "one     | account:from}          | ADVLOCK-0002 | without a '{'",
                "one     | account:{}             | ADVLOCK-0002 | path",
                "one     | account:{from.}        | ADVLOCK-0002 | path",
                "bean    | {bean.getName()}       | ADVLOCK-0002 | path",
                "any     | {T(java.lang.Runtime)} | ADVLOCK-0002 | path",
                "two     | x\\{a}:{b}             | ADVLOCK-0015 | escapes"
            })
    void refusesBadTemplates(String method, String template, String id, String taught) {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> parse(TemplateService.class, method, template))
                .withMessageContainingAll(id, "TemplateService." + method + "(", "'" + template + "'", taught);
    }

    @Test
    void leavesOpenTypesToTheCall() {
        String template = "{number}:{comparable}:{iterable}:{any}";
        assertThat(texts("open", template, 1, "a", List.of(2), new long[] {3})).containsExactly("1:a:2:3");
        assertThatKeyFails("ADVLOCK-0208", "open", template, 1.5, "a", List.of(2), 3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "account:{from}",
                "{from}:{from}",
                "{from}{from}",
                "1,2,{from}",
                "--{from}",
                "x",
                "1,{from},",
                "99999999999999999999{from}"
            })
    void refusesTemplatesThatCanBeNoNumber(String template) {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> parse(TemplateService.class, "one", template, KeyHash.NONE))
                .withMessageContainingAll("ADVLOCK-0020", "'7,{0}'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{from}", "-{from}", "7,{from}", "{from},7", "7{from}5", "42", "-1,2"})
    void allowsTemplatesThatCanBeANumber(String template) {
        parse(TemplateService.class, "one", template, KeyHash.NONE);
    }

    @Test
    void refusesTheEmptyTemplate() {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> parse(TemplateService.class, "none", ""))
                .withMessageContaining("ADVLOCK-0002");
    }
}
