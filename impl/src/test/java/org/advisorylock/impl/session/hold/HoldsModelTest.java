package org.advisorylock.impl.session.hold;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.AllOrders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every order of ask, grant, refuse, abandon, take, close, release and session end, on the real registry. In each
 * state, a handle that says it is held is held in the server, and only once. In the end nothing is left.
 */
class HoldsModelTest {

    private static final AdvisoryLockKey ONE = AdvisoryLockKey.of(1);
    private static final AdvisoryLockKey TWO = AdvisoryLockKey.of(2);
    private static final Claim PERMIT = Claim.permit(AdvisoryLockKey.of("p", KeyHash.MD5), 2, KeyHash.MD5, 0);

    private static Claim exclusive(AdvisoryLockKey... keys) {
        return Claim.inOrder(List.of(keys), LockMode.EXCLUSIVE, 1);
    }

    private static Claim shared(AdvisoryLockKey... keys) {
        return Claim.inOrder(List.of(keys), LockMode.SHARED, 1);
    }

    static Stream<Arguments> claims() {
        return Stream.of(
                Arguments.of(List.of(exclusive(ONE), exclusive(ONE))),
                Arguments.of(List.of(exclusive(ONE, TWO), exclusive(TWO))),
                Arguments.of(List.of(exclusive(ONE, TWO), exclusive(TWO, ONE))),
                Arguments.of(List.of(shared(ONE), exclusive(ONE))),
                Arguments.of(List.of(shared(ONE), shared(ONE))),
                Arguments.of(List.of(PERMIT, PERMIT)),
                Arguments.of(List.of(PERMIT.waiting(1), PERMIT.waiting(1))));
    }

    @ParameterizedTest
    @MethodSource("claims")
    void ofTwoCallersInEveryOrder(List<Claim> claims) {
        long runs = AllOrders.explore(() -> new HoldsWorld(List.of(
                new HoldsWorld.WorldCaller("a", claims.get(0), new Thread("a")),
                new HoldsWorld.WorldCaller("b", claims.get(1), new Thread("b")))));
        assertThat(runs).isGreaterThan(1_000);
    }

    /** This order once gave a lock that nobody held: a thread gives up a grant, and asks again. */
    @ParameterizedTest
    @MethodSource("claims")
    void ofOneThreadThatAsksAgain(List<Claim> claims) {
        Thread thread = new Thread("a");
        Function<String, HoldsWorld.WorldCaller> caller =
                name -> new HoldsWorld.WorldCaller(name, claims.get(0), thread);
        assertThat(AllOrders.explore(() -> new HoldsWorld(List.of(caller.apply("first"), caller.apply("again")))))
                .isGreaterThan(500);
    }

    @Test
    void ofAReaderAndAWriterThatNoThreadOwns() {
        long runs = AllOrders.explore(() -> new HoldsWorld(List.of(
                new HoldsWorld.WorldCaller("reader", shared(ONE), new Thread("r")),
                new HoldsWorld.WorldCaller("writer", exclusive(ONE), null))));
        assertThat(runs).isGreaterThan(1_000);
    }
}
