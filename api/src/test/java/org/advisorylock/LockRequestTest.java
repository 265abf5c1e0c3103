package org.advisorylock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LockRequestTest {

    record Buyer(long id) {}

    record Purchase(Buyer customer, Optional<List<Integer>> lines, Map<String, String> tags) {}

    private static final Purchase ORDER = new Purchase(new Buyer(7), Optional.of(List.of(1, 2)), Map.of("shop", "s3"));

    private static List<String> texts(LockRequest request) {
        return request.keys(KeyHash.MD5, 1000).stream()
                .map(key -> key.text().orElse(key.toString()))
                .toList();
    }

    private static List<String> texts(String template, @Nullable Object... arguments) {
        return texts(LockRequest.of(template, arguments));
    }

    @Test
    void takesTextWithoutArgumentsAsItIs() {
        assertThat(texts("seat:{0}:{show} \\")).containsExactly("seat:{0}:{show} \\");
    }

    @Test
    void fillsPlacesByIndexAndPath() {
        assertThat(texts("seat:{0}:{1}", 7, "a:b")).containsExactly("seat:7:a\\:b");
        assertThat(texts("{1}:{0}:{1}", 7, "x")).containsExactly("x:7:x");
        assertThat(texts("o:{0.customer.id}:{0.tags.shop}:{0.lines}", ORDER)).containsExactly("o:7:s3:1", "o:7:s3:2");
        assertThat(texts("e:{0.key}", Map.entry("k", 1))).containsExactly("e:k");
        assertThat(texts("s:{0}:{0}", Stream.of(1, 2))).containsExactly("s:1:1", "s:1:2", "s:2:1", "s:2:2");
        assertThat(texts("s:{0}", IntStream.of(3, 3, 4))).containsExactly("s:3", "s:4");
    }

    @Test
    void readsItsArgumentsOnce() {
        List<Integer> ids = new ArrayList<>(List.of(1));
        StringBuilder text = new StringBuilder("a");
        LockRequest request = LockRequest.of("k:{0}:{1}", ids, text);
        ids.add(2);
        text.append('b');
        assertThat(texts(request)).containsExactly("k:1:a");
        assertThat(texts(request)).containsExactly("k:1:a");
    }

    @Test
    void keepsItsKeysInOrderWithoutDuplicates() {
        LockRequest request = LockRequest.of("z")
                .and("b:{0}", List.of(2, 1))
                .and(AdvisoryLockKey.of(1, 2))
                .and("z")
                .and("b:{0}", 1);
        assertThat(texts(request)).containsExactly("z", "b:2", "b:1", "1,2");
        assertThat(request.inOrder().isInOrder()).isTrue();
        assertThat(request.isInOrder()).isFalse();
        assertThat(request.shared().mode()).isEqualTo(LockMode.SHARED);
        assertThat(request.mode()).isEqualTo(LockMode.EXCLUSIVE);
        assertThat(LockRequest.of("z").permits(3).permits()).isEqualTo(3);
    }

    @Test
    void makesNumbersByTheHashThatItIsTold() {
        LockRequest request = LockRequest.of("{0}", 42).and(AdvisoryLockKey.of(7));
        assertThat(request.keys(KeyHash.NONE, 2)).containsExactly(AdvisoryLockKey.of(42), AdvisoryLockKey.of(7));
        assertThat(request.keys(KeyHash.SHA_256, 2))
                .containsExactly(AdvisoryLockKey.of("42", KeyHash.SHA_256), AdvisoryLockKey.of(7));
        assertFails("ADVLOCK-0204", () -> request.keys(KeyHash.DEFAULT, 2));
        assertFails("ADVLOCK-0202", () -> LockRequest.of("x").keys(KeyHash.NONE, 2));
    }

    @Test
    void countsKeysWhileTheyAreMade() {
        List<Integer> ids = IntStream.range(0, 3000).boxed().toList();
        LockRequest request = LockRequest.of("{0}:{1}:{0}:{1}", ids, ids);
        assertFails("ADVLOCK-0213: 81000000000000 keys", () -> request.keys(KeyHash.MD5, 1000));
        assertFails("ADVLOCK-0213", () -> LockRequest.of("{0}", ids).keys(KeyHash.MD5, 2999));
        assertThat(LockRequest.of("{0}", ids).keys(KeyHash.MD5, 3000)).hasSize(3000);
        assertFails("ADVLOCK-0213", () -> LockRequest.of("a").and("b").and("c").keys(KeyHash.MD5, 2));
        assertFails("ADVLOCK-0213", () -> LockRequest.of("{0}", Stream.iterate(1, i -> i + 1)));
        assertFails("ADVLOCK-0213", () -> LockRequest.of("{0}", Collections.nCopies(Integer.MAX_VALUE, 1)));
    }

    @Test
    void addsManyKeysOneByOne() {
        LockRequest request = LockRequest.of("0");
        for (int i = 1; i < 50_000; i++) {
            request = request.and("" + i);
        }
        assertThat(request.keys(KeyHash.NONE, 50_000)).hasSize(50_000);
        assertThat(request.toString()).endsWith("and 49990 more");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seat:{0}{1}    | ADVLOCK-0218 | write '{0}:{1}'",
                "seat:{0        | ADVLOCK-0218 | without a '}'",
                "a\\{0}:{1}     | ADVLOCK-0218 | escapes",
                "seat:{show}    | ADVLOCK-0219 | as in '{0}'",
                "seat:{0}:{2}   | ADVLOCK-0220 | there are 2",
                "seat:{9999}    | ADVLOCK-0220 | there are 2",
                "seat:{0}       | ADVLOCK-0221 | '{1}'",
                "seat           | ADVLOCK-0221 | '{0}'",
                "{0.id}:{1}     | ADVLOCK-0222 | customer, lines, tags",
                "{0}:{1}        | ADVLOCK-0208 | record",
                "{0.lines}:{1}  | ADVLOCK-0205 | null",
                "{0.tags.no}:{1}| ADVLOCK-0205 | null"
            })
    void refusesBadTemplates(String template, String id, String taught) {
        Purchase order = new Purchase(new Buyer(7), Optional.empty(), Map.of());
        assertFails(id, () -> LockRequest.of(template, order, 1), taught);
    }

    @Test
    void refusesWhatMakesNoKey() {
        assertFails("ADVLOCK-0201", () -> LockRequest.of(""));
        assertFails("ADVLOCK-0201", () -> LockRequest.of(nothing(), 1));
        assertFails("ADVLOCK-0205", () -> LockRequest.of("a:{0}", nothing()));
        assertFails("ADVLOCK-0205", () -> LockRequest.of("a:{0}", (Object[]) nothing()));
        assertFails("ADVLOCK-0206", () -> LockRequest.of("a:{0}", ""));
        assertFails("ADVLOCK-0206", () -> LockRequest.of("a:{0}", List.of()));
        assertFails("ADVLOCK-0208", () -> LockRequest.of("a:{0}", 1.5));
        assertFails("ADVLOCK-0216", () -> LockRequest.of("x".repeat(1001)));
        assertFails("ADVLOCK-0216", () -> LockRequest.of("{0}:{1}", List.of("b", ":".repeat(500)), 1));
        assertFails("ADVLOCK-0217", () -> LockRequest.of("half \uD83D"));
        assertFails("ADVLOCK-0223", () -> LockRequest.of("a").permits(0));
        assertFails("ADVLOCK-0223", () -> LockRequest.of("a").permits(1001));
        assertFails("ADVLOCK-0224", () -> LockRequest.of("a").permits(2).shared());
        assertFails("ADVLOCK-0224", () -> LockRequest.of("a").shared().permits(2));
        assertFails("ADVLOCK-0224", () -> LockRequest.of("a").permits(2).and("b"));
        assertFails("ADVLOCK-0224", () -> LockRequest.of("a:{0}", List.of(1, 2)).permits(2));
        assertThat(LockRequest.of("a:{0}", List.of(1, 1)).permits(2).permits()).isEqualTo(2);
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    private static void assertFails(String id, Runnable call, String... taught) {
        assertThatExceptionOfType(LockKeyException.class)
                .isThrownBy(call::run)
                .withMessageStartingWith(id)
                .withMessageContainingAll(taught.length == 0 ? new String[] {id} : taught);
    }

    @Test
    void isAValue() {
        LockRequest one = LockRequest.of("a:{0}", 1).and("b:{0}", List.of(1, 2)).shared();
        assertThat(one)
                .isEqualTo(LockRequest.of("a:1").and("b:{0}", new int[] {1, 2}).shared())
                .hasSameHashCodeAs(
                        LockRequest.of("a:1").and("b:{0}", new int[] {1, 2}).shared())
                .isNotEqualTo(one.inOrder())
                .isNotEqualTo(LockRequest.of("a:1").shared());
        assertThat(one).hasToString("'a:1', 'b:1' and more of 'b:{0}' (shared)");
        assertThat(LockRequest.of("a\r\n" + "x".repeat(900))
                        .permits(2)
                        .inOrder()
                        .toString())
                .startsWith("'a\\r\\nxxx")
                .hasSizeLessThan(200)
                .endsWith("... (903 characters)' (one of 2 permits) in this order");
    }
}
