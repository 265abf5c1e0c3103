package org.advisorylock.impl.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.transaction.Status;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionRequiredException;
import jakarta.transaction.TransactionalException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A lock needs an active transaction, and its wait ends before the transaction does. */
class JtaTest {

    private final TransactionsWithoutManager transactions = new TransactionsWithoutManager();
    private final Jta jta = transactions.jta();

    private static Claim claim(long waitMillis) {
        return Claim.of(List.of(AdvisoryLockKey.of(42)), LockMode.EXCLUSIVE, waitMillis);
    }

    /** A view of a transaction that has so many milliseconds left. */
    private static Jta withMillisLeft(long millis) {
        ClassLoader loader = JtaTest.class.getClassLoader();
        Object transaction = Proxy.newProxyInstance(
                loader,
                new Class<?>[] {Transaction.class, RemainingTimeTest.InMilliseconds.class},
                (proxy, method, arguments) -> millis);
        TransactionManager manager = (TransactionManager) Proxy.newProxyInstance(
                loader, new Class<?>[] {TransactionManager.class}, (proxy, method, arguments) -> transaction);
        return new Jta(
                TransactionsWithoutManager::new, new RemainingTime(Optional.of(manager), Optional.empty(), () -> 0));
    }

    @Test
    void refusesACallWithoutATransactionAsJakartaDoes() {
        assertThat(jta.isAbsent()).isTrue();
        assertThatExceptionOfType(TransactionalException.class)
                .isThrownBy(() -> jta.requireActive(claim(0)))
                .withCauseInstanceOf(TransactionRequiredException.class)
                .withMessageContainingAll("ADVLOCK-", "lock '42'");
    }

    @Test
    void allowsACallInAnActiveTransaction() {
        transactions.begin();
        assertThatCode(() -> jta.requireActive(claim(0))).doesNotThrowAnyException();
        assertThat(jta.isActive()).isTrue();
        assertThat(jta.isAbsent()).isFalse();
        assertThat(jta.isOpen()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        Status.STATUS_MARKED_ROLLBACK + ", marked for rollback, true",
        Status.STATUS_ROLLING_BACK + ", rolling back, false",
        Status.STATUS_ROLLEDBACK + ", rolled back, false",
        Status.STATUS_PREPARING + ", committing, false",
        Status.STATUS_PREPARED + ", committing, false",
        Status.STATUS_COMMITTING + ", committing, false",
        Status.STATUS_COMMITTED + ", committed, false",
        Status.STATUS_UNKNOWN + ", in status 5, false"
    })
    void refusesACallInATransactionThatCannotCommitItsWork(int status, String name, boolean open) {
        transactions.begin();
        transactions.become(status);
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> jta.requireActive(claim(0)))
                .withMessageContaining(name);
        assertThat(jta.toEndedException(claim(0), Duration.ofSeconds(3), null)).hasMessageContainingAll(name, "3 s");
        assertThat(jta.isActive()).isFalse();
        assertThat(jta.isAbsent()).isFalse();
        assertThat(jta.isOpen()).isEqualTo(open);
    }

    /** A tenth of the rest is for the answer, but no more than a second. */
    @ParameterizedTest
    @CsvSource({
        "0, 5000, 5000",
        "100000, 5000, 5000",
        "5000, 5000, 4500",
        "5000, 4500, 4500",
        "60000, 60000, 59000",
        "60000, -1, 59000",
        "1000, -1, 900",
        "1, 5000, 1",
        "1, -1, 1",
        "5, 0, 0",
        "0, -1, -1",
        "9223372036854775807, -1, 2147483647"
    })
    void endsAWaitBeforeTheTransactionEnds(long left, long wait, long bounded) {
        assertThat(withMillisLeft(left).withinTimeout(claim(wait))).isEqualTo(claim(bounded));
    }

    @Test
    void marksTheTransactionForRollback() {
        transactions.begin();
        jta.setRollbackOnly(new IllegalStateException("reason"));
        assertThat(transactions.getRollbackOnly()).isTrue();
    }

    @Test
    void addsToAnErrorThatTheTransactionHadEnded() {
        Exception reason = new IllegalStateException("reason");
        jta.setRollbackOnly(reason);
        assertThat(reason.getSuppressed()).hasSize(1);
    }

    @Test
    void keepsSomethingForEachOwnerUntilTheTransactionEnds() {
        TransactionsWithoutManager.OneTransaction one = transactions.begin();
        int[] ended = {-1};
        Jta.AfterCompletion kept = status -> ended[0] = status;
        jta.keep("owner", kept);
        assertThat(jta.resource("owner", Jta.AfterCompletion.class)).isSameAs(kept);
        assertThat(jta.resource("other", Jta.AfterCompletion.class)).isNull();
        one.end(Status.STATUS_ROLLEDBACK);
        assertThat(ended[0]).isEqualTo(Status.STATUS_ROLLEDBACK);
    }
}
