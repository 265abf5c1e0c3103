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

/** The library calls methods of three products by name to learn the remaining time. No answer means no limit. */
class RemainingTimeTest {

    /** As Narayana has it. */
    public interface InMilliseconds {
        long getRemainingTimeoutMills();
    }

    /** As WildFly's client has it. */
    public interface InSeconds {
        int getEstimatedRemainingTime();
    }

    /** As Open Liberty's manager of units of work has it. */
    public interface SinceTheEpoch {
        long getUOWExpiration();
    }

    private static final long NOW = 1_900_000_000_000L;

    private static RemainingTime remaining(@Nullable TransactionManager manager, @Nullable Object unitsOfWork) {
        return new RemainingTime(Optional.ofNullable(manager), Optional.ofNullable(unitsOfWork), () -> NOW);
    }

    private static Object answering(@Nullable Object answer, Class<?>... types) {
        return Proxy.newProxyInstance(RemainingTimeTest.class.getClassLoader(), types, (proxy, method, arguments) -> {
            if (answer instanceof Throwable e) {
                throw e;
            }
            return answer;
        });
    }

    private static Transaction transaction(@Nullable Object answer, Class<?>... types) {
        return (Transaction) answering(answer, types);
    }

    private static TransactionManager manager(@Nullable Object answer) {
        return (TransactionManager) answering(answer, TransactionManager.class);
    }

    private static long millis(@Nullable Transaction active) {
        return remaining(manager(active), null).millis();
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

    /** 0 is no limit, and a transaction that is over must not look so. */
    @ParameterizedTest
    @CsvSource({"1900000002500, 2500", "1900000000001, 1", "1900000000000, 1", "1899999999999, 1", "0, 0"})
    void isThatUntilTheExpirationThatAManagerOfUnitsOfWorkTells(long told, long millis) {
        assertThat(remaining(manager(null), answering(told, SinceTheEpoch.class))
                        .millis())
                .isEqualTo(millis);
    }

    @Test
    void isUnknownIfNoUnitOfWorkIsActive() {
        assertThat(remaining(null, answering(new IllegalStateException("none"), SinceTheEpoch.class))
                        .millis())
                .isZero();
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
        assertThat(remaining(null, null).millis()).isZero();
        assertThat(millis(null)).isZero();
    }

    @Test
    void isUnknownIfTheManagerFails() {
        assertThat(remaining(manager(new SystemException("no")), null).millis()).isZero();
    }
}
