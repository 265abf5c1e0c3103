package org.advisorylock.impl.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.Proxy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The library calls methods of two products by name to learn the remaining time. No answer means no limit. */
class RemainingTimeTest {

    /** As Narayana has it. */
    public interface InMilliseconds {
        long getRemainingTimeoutMills();
    }

    /** As WildFly's client has it. */
    public interface InSeconds {
        int getEstimatedRemainingTime();
    }

    private static Transaction transaction(@Nullable Object answer, Class<?>... types) {
        return (Transaction)
                Proxy.newProxyInstance(RemainingTimeTest.class.getClassLoader(), types, (proxy, method, arguments) -> {
                    if (answer instanceof Throwable e) {
                        throw e;
                    }
                    return answer;
                });
    }

    private static long millis(@Nullable Transaction active) {
        return new RemainingTime(Optional.of((TransactionManager) Proxy.newProxyInstance(
                        RemainingTimeTest.class.getClassLoader(),
                        new Class<?>[] {TransactionManager.class},
                        (proxy, method, arguments) -> active)))
                .millis();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2500, 2500", "0, 0", "-1, 0", "9223372036854775807, 9223372036854775807"})
    void isThatOfAManagerThatCountsMilliseconds(long told, long millis) {
        assertThat(millis(transaction(told, Transaction.class, InMilliseconds.class)))
                .isEqualTo(millis);
    }

    @ParameterizedTest
    @CsvSource({"1, 1000", "300, 300000", "0, 0", "-1, 0", "2147483647, 2147483647000"})
    void isThatOfAManagerThatCountsSeconds(int told, long millis) {
        assertThat(millis(transaction(told, Transaction.class, InSeconds.class)))
                .isEqualTo(millis);
    }

    @Test
    void isUnknownToAManagerThatHasNeither() {
        assertThat(millis(transaction(7, Transaction.class))).isZero();
    }

    @Test
    void isUnknownIfTheAnswerIsAnError() {
        assertThat(millis(transaction(new IllegalStateException("no"), Transaction.class, InMilliseconds.class)))
                .isZero();
    }

    @Test
    void isUnknownWithoutAManagerOrATransaction() {
        assertThat(new RemainingTime(Optional.empty()).millis()).isZero();
        assertThat(millis(null)).isZero();
    }

    @Test
    void isUnknownIfTheManagerFails() {
        TransactionManager failing = (TransactionManager) Proxy.newProxyInstance(
                RemainingTimeTest.class.getClassLoader(),
                new Class<?>[] {TransactionManager.class},
                (proxy, method, arguments) -> {
                    throw new SystemException("no");
                });
        assertThat(new RemainingTime(Optional.of(failing)).millis()).isZero();
    }
}
