package org.advisorylock.impl.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.interceptor.InvocationContext;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockDeadlockException;
import org.advisorylock.LockEvent;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockKeyException;
import org.advisorylock.LockMode;
import org.advisorylock.LockScope;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.impl.ManualClock;
import org.advisorylock.impl.event.LockEvents;
import org.advisorylock.impl.event.Subject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A call is repeated only after a failure that may not come again. */
class RepeatedCallTest {

    private static final Subject SUBJECT = new Subject("item:{0}", LockScope.TRANSACTION, LockMode.EXCLUSIVE, 1);

    private final ManualClock clock = new ManualClock();

    private final List<LockEvent> heard = new ArrayList<>();

    /** Each look at its clock takes longer than the longest pause. */
    private final Retry retry = new Retry(
            () -> {
                clock.pass(Duration.ofSeconds(1));
                return clock.getAsLong();
            },
            new LockEvents(true, () -> List.of(heard::add), clock));

    private final Object[] parameters = {"first"};
    private final Deque<Object[]> set = new ArrayDeque<>();
    private final InvocationContext call = (InvocationContext) Proxy.newProxyInstance(
            RepeatedCallTest.class.getClassLoader(),
            new Class<?>[] {InvocationContext.class},
            (proxy, method, arguments) -> {
                if (method.getName().equals("setParameters")) {
                    set.add((Object[]) arguments[0]);
                    return null;
                }
                return parameters;
            });

    private static LockTimeoutException late() {
        return new LockTimeoutException("late", List.of(), Duration.ZERO, List.of(), null);
    }

    private static SQLException sql(String state) {
        return new SQLException("of PostgreSQL", state);
    }

    static Stream<Throwable> passing() {
        Exception suppressing = new Exception("commit failed");
        suppressing.addSuppressed(sql("40001"));
        Exception suppressingCause = new Exception("commit failed");
        suppressingCause.addSuppressed(new IllegalStateException(sql("40P01")));
        return Stream.of(
                late(),
                new LockDeadlockException("deadlock", List.of(), null),
                sql("40001"),
                sql("40P01"),
                new IllegalStateException("commit failed", sql("40001")),
                new IllegalStateException(new IOException(late())),
                suppressing,
                new IllegalStateException(suppressingCause));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void followsAFailureThatMayNotComeAgain(Throwable failure) {
        assertThat(Retry.isPassing(failure)).isTrue();
    }

    static Stream<Throwable> lasting() {
        return Stream.of(
                new LockGuardException("guard", List.of(), null),
                new LockKeyException("key"),
                new AdvisoryLockException("other", List.of(), null),
                sql("23505"),
                sql("25P02"),
                new SQLException("no state"),
                new IllegalStateException("of the application"),
                new Error("of the JVM", new IOException("disk")));
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void doesNotFollowAFailureThatWouldComeAgain(Throwable failure) {
        assertThat(Retry.isPassing(failure)).isFalse();
    }

    @Test
    void looksAtACircleOfCausesOnlyOnce() {
        Exception one = new Exception("one");
        Exception other = new Exception("other", one);
        one.initCause(other);
        assertThat(Retry.isPassing(one)).isFalse();
    }

    private @Nullable Object run(int retries, Exception... failures) throws Exception {
        Deque<Exception> ahead = new ArrayDeque<>(List.of(failures));
        return retry.proceed(retries, "Shop.sell()", SUBJECT, call, () -> {
            parameters[0] = "changed";
            if (ahead.isEmpty()) {
                return "sold";
            }
            throw ahead.remove();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 9})
    void repeatsUntilTheCallSucceeds(int failures) throws Exception {
        Exception[] each =
                Stream.generate(RepeatedCallTest::late).limit(failures).toArray(Exception[]::new);
        assertThat(run(9, each)).isEqualTo("sold");
        assertThat(set).hasSize(failures);
        assertThat(heard)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, failures)
                        .<LockEvent>mapToObj(retry ->
                                new LockEvent.Retried("item:{0}", LockScope.TRANSACTION, LockMode.EXCLUSIVE, 1, retry))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void throwsTheLastFailureWhenAllTriesAreUsed(int retries) {
        Exception[] each = Stream.generate(RepeatedCallTest::late).limit(5).toArray(Exception[]::new);
        assertThatExceptionOfType(LockTimeoutException.class)
                .isThrownBy(() -> run(retries, each))
                .isSameAs(each[retries]);
    }

    @Test
    void throwsALastingFailureAtOnce() {
        Exception lasting = new IllegalStateException("of the application");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> run(5, late(), lasting))
                .isSameAs(lasting);
    }

    /** The first run may have changed them. */
    @Test
    void repeatsWithTheParametersOfTheCaller() throws Exception {
        run(5, late(), late());
        assertThat(set).hasSize(2).allMatch(each -> each[0].equals("first"));
        assertThat(set.getFirst()).isNotSameAs(set.getLast());
    }

    @Test
    void doesNotRepeatInAThreadThatIsInterrupted() {
        Exception failure = late();
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(LockTimeoutException.class)
                .isThrownBy(() -> run(5, failure))
                .isSameAs(failure);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(set).isEmpty();
    }
}
