package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.testbed.JtaStack.Enlistment;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The first lock of a DataSource waits for the proof of the DataSource, and each caller waits until its own deadline at
 * most.
 */
@ExtendWith({NoLockLeft.class, Heartbeat.class})
@Timeout(120)
class AProofHasADeadlineIT {

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);
    private final AtomicBoolean blocked = new AtomicBoolean(true);
    private final AtomicInteger attempts = new AtomicInteger();

    /**
     * Blocks, like an exhausted pool or a server that does not answer, until the test opens it. Then it gives a
     * connection or fails.
     */
    private DataSource block(DataSource target, boolean fails) {
        return new Chosen(() -> {
            if (blocked.get()) {
                attempts.incrementAndGet();
                reached.countDown();
                try {
                    Await.latch(opened);
                } catch (AssertionError interrupted) {
                    throw new IllegalStateException("interrupted", interrupted);
                }
                if (fails) {
                    throw new IllegalStateException("the server is away");
                }
            }
            return target;
        });
    }

    private static boolean tryAcquire(BankApplication application, String key, Duration wait) throws Exception {
        return application.inTransaction(() -> {
            boolean granted = application.locks().tryAcquire(key, wait);
            assertThat(Thread.currentThread().isInterrupted())
                    .as("a flag that nobody else has set")
                    .isFalse();
            return granted;
        });
    }

    @Test
    void whetherItProvesOrWaitsForTheProof() throws Exception {
        try (BankApplication application = BankApplication.on(jta -> block(jta.dataSource(), false))) {
            CompletableFuture<Boolean> prover =
                    BankApplication.async(() -> tryAcquire(application, "one", Duration.ofMillis(1500)));
            Await.latch(reached);
            assertThat(tryAcquire(application, "two", Duration.ZERO)).isFalse();
            assertThat(tryAcquire(application, "three", Duration.ofMillis(1100)))
                    .isFalse();
            assertThat(prover.get(60, TimeUnit.SECONDS)).isFalse();
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> application.bank().briefly("four", () -> 1))
                    .withMessageContainingAll("ADVLOCK-0324", "'four'", "proved");
            assertThat(application.sessions().tryAcquire("five", Duration.ofMillis(100)))
                    .isEmpty();
            blocked.set(false);
            opened.countDown();
            assertThat(tryAcquire(application, "six", Duration.ofSeconds(60))).isTrue();
        }
    }

    @Test
    void andAFailureIsThatOfAllWhoHaveWaitedForIt() throws Exception {
        try (BankApplication application = BankApplication.on(jta -> block(jta.dataSource(), true))) {
            List<CompletableFuture<Throwable>> callers = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int caller = 0; caller < 6; caller++) {
                String key = "k" + caller;
                CompletableFuture<Throwable> ended = new CompletableFuture<>();
                Thread thread = new Thread(() ->
                        ended.complete(catchThrowable(() -> tryAcquire(application, key, Duration.ofSeconds(4)))));
                thread.start();
                threads.add(thread);
                callers.add(ended);
            }
            for (Thread thread : threads) {
                Await.until("not all wait", () -> thread.getState() == Thread.State.TIMED_WAITING);
            }
            blocked.set(true);
            opened.countDown();
            for (int caller = 0; caller < 6; caller++) {
                Throwable ended = callers.get(caller).get(60, TimeUnit.SECONDS);
                assertThat(ended).isInstanceOf(RuntimeException.class);
            }
            assertThat(attempts).as("connections that were asked for").hasValue(1);
        }
    }

    /** All connections of the pool belong to transactions that wait for the proof, and the proof itself needs one. */
    @Test
    void orTakesItOverWhereThePoolIsExhaustedByThoseWhoWait() throws Exception {
        String url = TestDatabase.get().jdbcUrl();
        CountDownLatch bothHaveOne = new CountDownLatch(2);
        CountDownLatch proverIsThere = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        try (BankApplication application = BankApplication.on(jta -> {
            DataSource pool = BankApplication.pool(url, 2).apply(jta);
            return new Chosen(() -> {
                if (asked.incrementAndGet() > 2) {
                    proverIsThere.countDown();
                }
                return pool;
            });
        })) {
            List<CompletableFuture<Integer>> holders = new ArrayList<>();
            for (String key : List.of("one", "two")) {
                holders.add(BankApplication.async(() -> application.bank().unlocked(() -> {
                    assertThat(application.bank().number("SELECT 1")).isOne();
                    bothHaveOne.countDown();
                    Await.latch(proverIsThere);
                    return application.bank().locked(key, () -> 1);
                })));
            }
            Await.latch(bothHaveOne);
            CompletableFuture<Integer> prover =
                    BankApplication.async(() -> application.bank().locked("three", () -> 1));
            for (CompletableFuture<Integer> holder : holders) {
                assertThat(holder.get(60, TimeUnit.SECONDS)).isOne();
            }
            assertThat(prover.get(60, TimeUnit.SECONDS)).isOne();
        }
    }

    @Test
    void andTheConnectionOfEachLaterLockHasOneToo() throws Exception {
        String url = TestDatabase.get().jdbcUrl();
        try (BankApplication application =
                BankApplication.at(url + (url.contains("?") ? "&" : "?") + "ApplicationName=small")) {
            assertThat(application.bank().locked("k", () -> 1)).isOne();
            List<Connection> all = new ArrayList<>();
            try {
                for (int taken = 0; taken < BankApplication.POOL; taken++) {
                    all.add(application.connect());
                }
                assertThat(tryAcquire(application, "k", Duration.ofMillis(200))).isFalse();
                assertThat(tryAcquire(application, "k", Duration.ZERO)).isFalse();
                assertThatExceptionOfType(AdvisoryLockException.class)
                        .isThrownBy(() -> application.bank().briefly("k", () -> 1))
                        .withMessageContainingAll("ADVLOCK-0325", "pool");
            } finally {
                for (Connection connection : all) {
                    close(connection);
                }
            }
            assertThat(tryAcquire(application, "k", Duration.ofSeconds(60))).isTrue();
        }
    }

    /**
     * In another database of the same server the same key is another lock, as on a server whose locks exclude nobody.
     */
    @Test
    void andIsCompletedLaterIfItLackedAConnection() throws Exception {
        try (OwnServer server = OwnServer.start(Map.of())) {
            server.run("CREATE DATABASE elsewhere");
            try (BankApplication application = BankApplication.on(jta -> {
                DataSource inside = jta.pool(Enlistment.LOCAL, server.jdbcUrl(), 5);
                DataSource outside = jta.pool(Enlistment.LOCAL, server.jdbcUrl("elsewhere", "postgres"), 5);
                return new Chosen(() -> {
                    if (!Thread.currentThread().getName().equals("advisory-lock-self-test")) {
                        return inside;
                    }
                    if (attempts.getAndIncrement() == 0) {
                        throw new IllegalStateException("the pool is exhausted");
                    }
                    return outside;
                });
            })) {
                assertThat(application.bank().locked("k", () -> 1)).isOne();
                assertThat(attempts).hasValue(1);
                Await.until("nobody tried again", () -> {
                    Throwable refusal = catchThrowable(() -> application.bank().locked("k", () -> 1));
                    return refusal instanceof LockGuardException
                            && refusal.getMessage().startsWith("ADVLOCK-0315");
                });
                assertThatExceptionOfType(LockGuardException.class)
                        .as("the whole proof is done")
                        .isThrownBy(() -> application.bank().locked("k", () -> 1))
                        .withMessageContaining("ADVLOCK-0315");
            }
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
