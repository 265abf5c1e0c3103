package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.advisorylock.LockKeyException;
import org.advisorylock.LockMode;
import org.advisorylock.LockRequest;
import org.advisorylock.LockScope;
import org.advisorylock.SessionLocks;
import org.advisorylock.TransactionLocks;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Several holders of one key, but no more. */
@Locking
class PermitTest extends ContractTest {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final AdvisoryLockKey FIRST = AdvisoryLockKey.of("import#1", KeyHash.MD5);
    private static final AdvisoryLockKey SECOND = AdvisoryLockKey.of("import#2", KeyHash.MD5);

    /** The bean under test. */
    @ApplicationScoped
    public static class PermittedImports {

        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        /** Until the transaction ends. */
        @Transactional
        @AdvisoryLock(value = "import", permits = 2)
        public int inTransaction(CountDownLatch two, CountDownLatch end) throws InterruptedException {
            return run(two, end);
        }

        /** Until the call ends. */
        @AdvisoryLock(value = "import", permits = 2, scope = LockScope.SESSION)
        public int forSession(CountDownLatch two, CountDownLatch end) throws InterruptedException {
            return run(two, end);
        }

        private int run(CountDownLatch two, CountDownLatch end) throws InterruptedException {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            two.countDown();
            boolean ended = end.await(60, TimeUnit.SECONDS);
            running.decrementAndGet();
            return ended ? 1 : 0;
        }

        /** How many there were at once. */
        public int most() {
            return most.getAndSet(0);
        }
    }

    @Inject
    PermittedImports imports;

    @Inject
    SessionLocks sessionLocks;

    @Inject
    TransactionLocks transactionLocks;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(PermitTest.class);
    }

    /** A call of one of its methods. */
    private interface Permitted {
        int run(CountDownLatch two, CountDownLatch end) throws InterruptedException;
    }

    private void assertTwoAtOnceAndEveryoneServed(Permitted method) throws InterruptedException {
        CountDownLatch two = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        List<BackgroundCall<Integer>> calls = new ArrayList<>();
        for (int call = 0; call < 6; call++) {
            calls.add(threads.start(() -> method.run(two, end)));
        }
        assertThat(two.await(60, TimeUnit.SECONDS)).isTrue();
        // All of them wait now, those in the method too, so nobody else comes in.
        calls.forEach(database::awaitBlocked);
        end.countDown();
        assertThat(calls.stream().mapToInt(BackgroundCall::get).sum()).isEqualTo(6);
        assertThat(imports.most()).isEqualTo(2);
    }

    @Test
    @Assertion("PERM-01")
    void soManyTransactionsRunAtOnceAndEveryoneIsServed() throws Exception {
        assertTwoAtOnceAndEveryoneServed(imports::inTransaction);
    }

    @Test
    @Assertion("PERM-01")
    void soManySessionsRunAtOnceAndEveryoneIsServed() throws Exception {
        assertTwoAtOnceAndEveryoneServed(imports::forSession);
    }

    @Test
    @Assertion("PERM-02")
    void theSlotsAreKeysThatOtherProgramsSee() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, LockMode.EXCLUSIVE, FIRST, SECOND)) {
            for (Duration wait : List.of(Duration.ZERO, SHORT)) {
                assertThat(sessionLocks.tryAcquire(LockRequest.of("import").permits(2), wait))
                        .isEmpty();
                inTransaction(() -> assertThat(transactionLocks.tryAcquire(
                                LockRequest.of("import").permits(2), wait))
                        .isFalse());
            }
            assertThat(database.heldKeys()).containsExactlyInAnyOrder(FIRST, SECOND);
            assertThat(rival.pid()).isPositive();
        }
        try (LockHandle permit = sessionLocks.acquire(LockRequest.of("import").permits(2))) {
            assertThat(permit.isHeld()).isTrue();
            inTransaction(() -> {
                transactionLocks.acquire(LockRequest.of("import").permits(2));
                assertThat(database.heldKeys()).containsExactlyInAnyOrder(FIRST, SECOND);
            });
        }
    }

    @Test
    @Assertion("PERM-03")
    void aPermitThatIsGivenBackGoesToAWaiter() {
        try (OtherHolder rival = OtherHolder.holding(database, LockMode.EXCLUSIVE, FIRST, SECOND)) {
            BackgroundCall<Boolean> session = threads.start(() -> {
                Optional<LockHandle> permit =
                        sessionLocks.tryAcquire(LockRequest.of("import").permits(2), Duration.ofSeconds(60));
                permit.ifPresent(LockHandle::close);
                return permit.isPresent();
            });
            BackgroundCall<Boolean> transaction = threads.start(() -> inTransaction(
                    () -> transactionLocks.tryAcquire(LockRequest.of("import").permits(2), Duration.ofSeconds(60))));
            assertThat(session.endsWithin(SHORT)).isFalse();
            assertThat(transaction.endsWithin(SHORT)).isFalse();
            rival.release();
            assertThat(session.get()).isTrue();
            assertThat(transaction.get()).isTrue();
        }
    }

    @Test
    @Assertion("PERM-04")
    void anImpossibleNumberIsRefused() throws Exception {
        for (int permits : new int[] {-1, 0, 1001}) {
            assertThatExceptionOfType(LockKeyException.class)
                    .isThrownBy(() -> LockRequest.of("import").permits(permits));
        }
        inTransaction(() -> {
            transactionLocks.acquire(LockRequest.of("import").permits(1));
            transactionLocks.acquire(LockRequest.of("export").permits(1000));
            assertThat(database.heldKeys()).hasSize(2).contains(key("import"));
        });
    }

    @Test
    @Assertion("PERM-05")
    void twoNumbersOfOneKeyAreRefused() {
        try (LockHandle permit = sessionLocks.acquire(LockRequest.of("import").permits(2))) {
            assertThat(permit.isHeld()).isTrue();
            for (int permits : new int[] {3, 10}) {
                assertThatExceptionOfType(LockGuardException.class)
                        .isThrownBy(() ->
                                sessionLocks.acquire(LockRequest.of("import").permits(permits)));
            }
        }
        sessionLocks.acquire(LockRequest.of("import").permits(3)).close();
    }
}
