package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.LockTimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** How long a call waits. */
@Locking
class WaitTest extends ContractTest {

    private static final int MILLIS = 150;

    /** The bean under test. */
    @ApplicationScoped
    @Transactional
    public static class WaitingJobs {

        /** Tries once. */
        @AdvisoryLock(value = "job:{id}", accessTimeout = AdvisoryLock.IMMEDIATE)
        public void immediate(int id, Task task) throws Exception {
            task.run();
        }

        /** Waits a little, for all of its keys together. */
        @AdvisoryLock(
                value = {"job:{id}", "job:{other}"},
                accessTimeout = MILLIS,
                unit = TimeUnit.MILLISECONDS)
        public void shortly(int id, int other, Task task) throws Exception {
            task.run();
        }

        /** Waits longer, for all of its keys together. */
        @AdvisoryLock(
                value = {"job:{id}", "job:{other}"},
                accessTimeout = 3)
        public void longerForTwo(int id, int other, Task task) throws Exception {
            task.run();
        }

        /** Waits the default time. */
        @AdvisoryLock("job:{id}")
        public void patiently(int id, Task task) throws Exception {
            task.run();
        }

        /** Waits for ever. */
        @AdvisoryLock(value = "job:{id}", accessTimeout = AdvisoryLock.UNLIMITED)
        public void endlessly(int id, Task task) throws Exception {
            task.run();
        }
    }

    @Inject
    WaitingJobs jobs;

    private final AtomicBoolean called = new AtomicBoolean();

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(WaitTest.class);
    }

    private Duration assertTimeout(ThrowingCallable call) {
        long began = System.nanoTime();
        assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(call);
        assertThat(called).as("the method was called").isFalse();
        return Duration.ofNanos(System.nanoTime() - began);
    }

    @Test
    @Assertion("WAIT-01")
    void anImmediateCallTriesOnce() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, "job:1")) {
            assertThat(assertTimeout(() -> jobs.immediate(1, () -> called.set(true))))
                    .isLessThan(Duration.ofSeconds(10));
            rival.release();
            jobs.immediate(1, () -> assertThat(database.heldKeys()).containsExactly(key("job:1")));
        }
    }

    @Test
    @Assertion("WAIT-02")
    void aCallWaitsAsLongAsItMay() {
        try (OtherHolder rival = OtherHolder.holding(database, "job:2")) {
            assertThat(assertTimeout(() -> jobs.shortly(2, 3, () -> called.set(true))))
                    .isBetween(Duration.ofMillis(MILLIS), Duration.ofSeconds(10));
            assertThat(rival.tryLock(key("job:3"), LockMode.EXCLUSIVE))
                    .as("the key that was free is free again")
                    .isTrue();
        }
    }

    @Test
    @Assertion("WAIT-03")
    void theTimeIsThatOfAllKeysTogether() {
        List<AdvisoryLockKey> keys =
                Stream.of(key("job:4"), key("job:5")).sorted().toList();
        try (OtherHolder first = OtherHolder.holding(database, LockMode.EXCLUSIVE, keys.get(0));
                OtherHolder second = OtherHolder.holding(database, LockMode.EXCLUSIVE, keys.get(1))) {
            BackgroundCall<Duration> call =
                    threads.start(() -> assertTimeout(() -> jobs.longerForTwo(4, 5, () -> called.set(true))));
            database.awaitWaiter(keys.get(0), call);
            // PostgreSQL counts lock_timeout anew for each key of a statement: alone it would wait for 5.5 s.
            assertThat(call.endsWithin(Duration.ofMillis(2500))).isFalse();
            first.release();
            assertThat(call.get()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(5));
            assertThat(second.pid()).isPositive();
        }
    }

    @Test
    @Assertion("WAIT-04")
    void aCallGoesOnWhenTheHolderLetsGo() {
        assertGoesOn(6, task -> jobs.patiently(6, task));
        assertGoesOn(7, task -> jobs.endlessly(7, task));
    }

    private interface WaitingCall {
        void run(Task task) throws Exception;
    }

    private void assertGoesOn(int id, WaitingCall waiting) {
        AtomicBoolean held = new AtomicBoolean();
        try (OtherHolder rival = OtherHolder.holding(database, "job:" + id)) {
            BackgroundCall<Boolean> call =
                    start(() -> waiting.run(() -> held.set(database.heldKeys().contains(key("job:" + id)))));
            database.awaitWaiter(key("job:" + id), call);
            assertThat(held).isFalse();
            rival.release();
            call.get();
        }
        assertThat(held).isTrue();
    }
}
