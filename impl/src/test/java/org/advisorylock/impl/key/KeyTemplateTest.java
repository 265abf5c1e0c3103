package org.advisorylock.impl.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockKey;
import org.advisorylock.LockKeyException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyTemplateTest {

    record Customer(long id, Optional<String> region) {}

    record Order(Customer customer, List<Long> lines, Map<String, Customer> parties) {}

    enum Colour {
        RED {
            @Override
            public String toString() {
                return "rot";
            }
        }
    }

    static class Plain {}

    static class Bean {
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

    static class Orders extends Repository<Order> {}

    @SuppressWarnings("unused")
    static class Service {
        void one(long from) {}

        void two(String a, String b) {}

        void order(Order order) {}

        void bean(Bean bean) {}

        void any(Object value) {}

        void date(Date at) {}

        void plain(Plain plain) {}

        void marked(@LockKey long from, @LockKey("customer.id") Order order) {}

        void several(List<Long> ids, int[] more) {}

        void streams(Stream<Long> ids, LongStream more) {}

        void none() {}
    }

    private static KeyTemplate parse(Class<?> bean, String method, String template) {
        Method found = Stream.<Class<?>>iterate(bean, c -> c != Object.class, Class::getSuperclass)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(m -> m.getName().equals(method) && !m.isSynthetic())
                .findFirst()
                .orElseThrow();
        return KeyTemplate.parse(new Signature(bean, found), template);
    }

    private static List<String> texts(String method, String template, @Nullable Object... arguments) {
        List<String> texts = new ArrayList<>();
        parse(Service.class, method, template).texts(arguments, texts::add);
        return texts;
    }

    private static final Order ORDER = new Order(
            new Customer(7, Optional.of("eu")), List.of(3L, 1L), Map.of("payer", new Customer(9, Optional.empty())));

    @Test
    void fillsPlacesByNameIndexAndPath() {
        assertThat(texts("one", "account:{from}", 42L)).containsExactly("account:42");
        assertThat(texts("one", "account:{0}", 42L)).containsExactly("account:42");
        assertThat(texts("one", "{from}", 42L)).containsExactly("42");
        assertThat(texts("none", "nightly")).containsExactly("nightly");
        assertThat(texts("order", "c:{order.customer.id}", ORDER)).containsExactly("c:7");
        assertThat(texts("order", "c:{0.customer.region}", ORDER)).containsExactly("c:eu");
        assertThat(texts("order", "c:{order.parties.payer.id}", ORDER)).containsExactly("c:9");
        assertThat(texts("bean", "b:{bean.name}:{bean.open}:{bean.URL}", new Bean()))
                .containsExactly("b:n:true:u");
        assertThat(texts("marked", "transfer", 5L, ORDER)).containsExactly("transfer:5:7");
    }

    @Test
    void knowsWhatATypeVariableStandsFor() {
        List<String> texts = new ArrayList<>();
        parse(Orders.class, "save", "order:{entity.customer.id}").texts(new Object[] {ORDER}, texts::add);
        assertThat(texts).containsExactly("order:7");
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
        List<String> texts = new ArrayList<>();
        parse(Service.class, "streams", "s:{ids}:{more}").texts(arguments, texts::add);
        assertThat(texts).containsExactly("s:1:3", "s:2:3");
        assertThat((Stream<?>) arguments[0]).hasSize(2);
        assertThat(((LongStream) arguments[1]).toArray()).containsExactly(3);
    }

    @Test
    void printsValuesAsEveryServerDoes() {
        UUID id = UUID.fromString("00000000-0000-0000-0000-000000000001");
        assertThat(texts("any", "{value}", id)).containsExactly(id.toString());
        assertThat(texts("any", "{value}", Colour.RED)).containsExactly("RED");
        assertThat(texts("any", "{value}", new BigDecimal("1.50"))).containsExactly("1.50");
        assertThat(texts("any", "{value}", Instant.EPOCH)).containsExactly("1970-01-01T00:00:00Z");
        assertThat(texts("any", "{value}", Optional.of(3))).containsExactly("3");
        assertThat(texts("any", "{value}", Double.POSITIVE_INFINITY)).containsExactly("Infinity");
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
        assertThatKeyFails("ADVLOCK-0207", "any", "k:{value}", Double.NaN);
        assertThatKeyFails("ADVLOCK-0207", "any", "k:{value}", Float.NaN);
        assertThatKeyFails("ADVLOCK-0208", "any", "k:{value}", new Plain());
        assertThatKeyFails("ADVLOCK-0208", "any", "k:{value}", ORDER);
        assertThatKeyFails("ADVLOCK-0208", "any", "k:{value}", new java.sql.Timestamp(0));
        assertThatKeyFails("ADVLOCK-0208", "any", "k:{value}", Map.of("a", 1));
        assertThatKeyFails("ADVLOCK-0208", "any", "k:{value}", List.of(List.of(1)));
        assertThatKeyFails("ADVLOCK-0211", "bean", "k:{bean.broken}", new Bean());
    }

    private static void assertThatKeyFails(String id, String method, String template, @Nullable Object... arguments) {
        assertThatExceptionOfType(LockKeyException.class)
                .isThrownBy(() -> texts(method, template, arguments == null ? new Object[1] : arguments))
                .withMessageContainingAll(id, "Service." + method, template);
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
                "two     | {a}{b}                 | ADVLOCK-0006 | {a} and {b}",
                "two     | {a}-{b}                | ADVLOCK-0006 | {a} and {b}",
                "order   | {order}                | ADVLOCK-0007 | record",
                "date    | {at}                   | ADVLOCK-0007 | time zone",
                "plain   | {plain}                | ADVLOCK-0007 | toString",
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
                .isThrownBy(() -> parse(Service.class, method, template))
                .withMessageContainingAll(id, "Service." + method + "(", "'" + template + "'", taught);
    }

    @Test
    void refusesTheEmptyTemplate() {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> parse(Service.class, "none", ""))
                .withMessageContaining("ADVLOCK-0002");
    }
}
