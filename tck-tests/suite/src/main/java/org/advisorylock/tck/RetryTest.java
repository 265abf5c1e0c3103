package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.KeyResolver;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockRequest;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.TransactionLocks;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The whole transaction again. */
@Locking
class RetryTest extends ContractTest {

    private static final int RETRIES = 3;

    /** Gives one key, and runs a task of the test before each attempt. */
    @ApplicationScoped
    public static class Attempts implements KeyResolver {
        private Task task = () -> {};

        void before(Task each) {
            task = each;
        }

        @Override
        public LockRequest resolve(InvocationContext call) {
            try {
                task.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            return LockRequest.of("attempt");
        }
    }

    /** The bean under test. */
    @ApplicationScoped
    public static class RetriedOrders {
        /** Tries once for its lock, and runs again. */
        @Transactional
        @AdvisoryLock(keyResolver = Attempts.class, accessTimeout = AdvisoryLock.IMMEDIATE, retries = RETRIES)
        public void watched(Task task) throws Exception {
            task.run();
        }

        /** Runs again. */
        @Transactional
        @AdvisoryLock(value = "order:{id}", retries = RETRIES)
        public void place(int id, Task task) throws Exception {
            task.run();
        }

        /** Runs again, in a transaction of its own. */
        @Transactional(TxType.REQUIRES_NEW)
        @AdvisoryLock(value = "order:{id}", retries = RETRIES)
        public void placeApart(int id, Task task) throws Exception {
            task.run();
        }
    }

    @Inject
    Attempts attempts;

    @Inject
    RetriedOrders orders;

    @Inject
    TransactionLocks locks;

    private final AtomicInteger calls = new AtomicInteger();

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(RetryTest.class);
    }

    @Override
    protected void prepare() {
        database.executeOutside("DROP TABLE IF EXISTS tck_retry");
        database.executeOutside("CREATE TABLE tck_retry (attempt integer)");
    }

    @Override
    protected void cleanUp() {
        database.executeOutside("DROP TABLE tck_retry");
    }

    private String attemptsThatStayed() {
        return database.queryOutside("SELECT string_agg(attempt::text, ',' ORDER BY attempt) FROM tck_retry");
    }

    private void write() {
        database.executeInside("INSERT INTO tck_retry VALUES (" + calls.incrementAndGet() + ")");
    }

    private void fail(String state) {
        database.executeInside("DO $$ BEGIN RAISE EXCEPTION 'for the test' USING ERRCODE = '" + state + "'; END $$");
    }

    @Test
    @Assertion("RETRY-01")
    void afterALockTimeoutItRunsAgain() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, "attempt")) {
            AtomicInteger tried = new AtomicInteger();
            attempts.before(() -> {
                if (tried.incrementAndGet() == RETRIES + 1) {
                    rival.release();
                }
            });
            orders.watched(this::write);
            assertThat(tried).hasValue(RETRIES + 1);
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    @Assertion("RETRY-01")
    void afterADeadlockTheVictimRunsAgain() throws Exception {
        CountDownLatch bothHold = new CountDownLatch(2);
        BackgroundCall<Boolean> other = start(() -> placeCrosswise(3, 2, bothHold));
        placeCrosswise(2, 3, bothHold);
        other.get();
        assertThat(calls).as("one was called twice").hasValue(3);
        assertThat(database.queryOutside("SELECT count(*) FROM tck_retry")).isEqualTo("2");
    }

    private void placeCrosswise(int first, int second, CountDownLatch bothHold) throws Exception {
        orders.place(first, () -> {
            write();
            bothHold.countDown();
            assertThat(bothHold.await(60, TimeUnit.SECONDS)).isTrue();
            locks.acquire("order:" + second);
        });
    }

    @Test
    @Assertion({"RETRY-01", "RETRY-02"})
    void afterASerializationFailureItRunsAgainAndNothingOfTheFailedRunStays() throws Exception {
        for (String state : List.of("40001", "40P01")) {
            calls.set(0);
            orders.place(4, () -> {
                write();
                assertThat(database.heldKeys()).containsExactly(key("order:4"));
                if (calls.get() <= RETRIES) {
                    fail(state);
                }
            });
            assertThat(attemptsThatStayed()).isEqualTo("4");
            database.executeOutside("DELETE FROM tck_retry");
        }
    }

    @Test
    @Assertion("RETRY-03")
    void afterTheLastRetryTheFailureIsThrown() {
        AtomicInteger tried = new AtomicInteger();
        attempts.before(tried::incrementAndGet);
        try (OtherHolder rival = OtherHolder.holding(database, "attempt")) {
            assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> orders.watched(this::write));
            assertThat(rival.pid()).isPositive();
        }
        assertThat(tried).hasValue(RETRIES + 1);
        assertThat(calls).hasValue(0);
    }

    @Test
    @Assertion("RETRY-03")
    void anyOtherFailureIsThrownAtOnce() {
        assertThatIllegalStateException()
                .isThrownBy(() -> orders.place(5, () -> {
                    assertThat(database.heldKeys()).containsExactly(key("order:5"));
                    write();
                    throw new IllegalStateException("out of stock");
                }))
                .withMessage("out of stock");
        assertThat(calls).hasValue(1);
        assertThat(attemptsThatStayed()).isEqualTo("null");
    }

    @Test
    @Assertion("RETRY-04")
    void aCallThatJoinsItsCallersTransactionIsRefused() throws Exception {
        inTransaction(() -> {
            assertThatExceptionOfType(LockGuardException.class)
                    .isThrownBy(() -> orders.place(6, this::write))
                    .withMessageStartingWith("ADVLOCK-");
            assertThat(calls).hasValue(0);
            orders.placeApart(6, this::write);
            assertThat(calls).hasValue(1);
        });
    }
}
