package org.advisorylock.impl.session.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.advisorylock.impl.session.AllOrders;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every order in which requests come, are withdrawn, granted and refused, and in which a session fails, is broken off
 * or ends by itself, on the real queue, also if somebody else needs its connection meanwhile. No request is lost or
 * answered twice, and no session ends by itself while it keeps a lock or has work.
 */
class ErrandQueueModelTest {

    private static final long LONG = Long.MAX_VALUE / 2;

    static Stream<Arguments> requests() {
        return Stream.of(
                Arguments.of(0L, false, List.of("lock", "lock")),
                Arguments.of(1L, false, List.of("lock", "lock")),
                Arguments.of(0L, false, List.of("lock", "here")),
                Arguments.of(1L, false, List.of("question", "here")),
                Arguments.of(1L, false, List.of("wait", "here")),
                Arguments.of(0L, false, List.of("lock", "question", "wait")),
                Arguments.of(1L, false, List.of("wait", "question", "wait")),
                Arguments.of(LONG, true, List.of("lock", "here")),
                Arguments.of(LONG, true, List.of("question", "lock")));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void losesNoRequestAndAnswersNoneTwice(long linger, boolean mayHurry, List<String> requests) {
        Supplier<AllOrders.World> worlds = () -> new QueueWorld(linger, mayHurry, requests);
        assertThat(AllOrders.explore(worlds)).isGreaterThan(1_000);
    }
}
