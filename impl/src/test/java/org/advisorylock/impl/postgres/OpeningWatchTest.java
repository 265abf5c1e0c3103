package org.advisorylock.impl.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.advisorylock.impl.ManualClock;
import org.advisorylock.testbed.Async;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool that gives no connection is left at the deadline, and no other interrupt is lost. */
@Timeout(60)
class OpeningWatchTest {

    /** What a pool does when it is asked. */
    @FunctionalInterface
    private interface SlowPool {
        Connection give() throws Exception;
    }

    private final ManualClock clock = new ManualClock();
    private final OpeningWatch watch = new OpeningWatch(clock);
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch waited = new CountDownLatch(1);
    private final OpeningWatch.WaitListener waits = waited::countDown;

    private static DataSource dataSource(SlowPool pool) {
        return (DataSource) Proxy.newProxyInstance(
                OpeningWatchTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> pool.give());
    }

    private static Connection connection() {
        return (Connection) Proxy.newProxyInstance(
                OpeningWatchTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> null);
    }

    /** As pools do that have no connection left. */
    private Connection exhausted() throws SQLException {
        asked.countDown();
        try {
            new CountDownLatch(1).await();
            throw new IllegalStateException("nobody opens this latch");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while it waited for a connection", e);
        }
    }

    private long in(long seconds) {
        return clock.in(Duration.ofSeconds(seconds));
    }

    @Test
    void givesTheConnectionOfThePool() throws Exception {
        Connection given = connection();
        assertThat(watch.open(dataSource(() -> given), in(5), waits)).isSameAs(given);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void leavesThePoolAtTheDeadlineWithoutAnInterruptOfTheThread() throws Exception {
        CompletableFuture<Boolean> opening = Async.run(() -> {
            assertThatExceptionOfType(ConnectionTimeout.class)
                    .isThrownBy(() -> watch.open(dataSource(this::exhausted), in(5), waits));
            return Thread.currentThread().isInterrupted();
        });
        asked.await();
        clock.pass(Duration.ofSeconds(5));
        assertThat(opening.get()).isFalse();
    }

    @Test
    void tellsThatAThreadWaits() throws Exception {
        CompletableFuture<?> opening = Async.run(() -> assertThatExceptionOfType(ConnectionTimeout.class)
                .isThrownBy(() -> watch.open(dataSource(this::exhausted), in(5), waits)));
        waited.await();
        clock.pass(Duration.ofSeconds(5));
        opening.get();
    }

    @Test
    void leavesAThreadAloneThatSomebodyElseInterrupts() {
        DataSource exhausted = dataSource(this::exhausted);
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> watch.open(exhausted, in(5), waits))
                .isNotInstanceOf(ConnectionTimeout.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void passesAFailureOfThePoolOnAndCanBeAskedAgain() throws Exception {
        for (Exception failure : new Exception[] {new SQLException("no"), new IllegalStateException("closed")}) {
            assertThatExceptionOfType(Exception.class)
                    .isThrownBy(() -> watch.open(
                            dataSource(() -> {
                                throw failure;
                            }),
                            in(5),
                            waits))
                    .isSameAs(failure);
        }
        Connection given = connection();
        assertThat(watch.open(dataSource(() -> given), in(5), waits)).isSameAs(given);
    }

    /** There are 1024 places. A thread that finds none would wait for ever. */
    @Test
    void takesItsPlaceBackHoweverOftenItIsAsked() throws Exception {
        Connection given = connection();
        for (int i = 0; i < 3000; i++) {
            assertThat(watch.open(dataSource(() -> given), in(5), waits)).isSameAs(given);
        }
        leavesThePoolAtTheDeadlineWithoutAnInterruptOfTheThread();
    }
}
