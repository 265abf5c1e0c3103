package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockHandle;
import org.advisorylock.LockLostException;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Whatever takes a session lock away, its holder learns of it in time, can close its handle, and can take the lock
 * again. From then on the guarded resource refuses its old token.
 */
@ExtendWith({NoLockLeft.class, Heartbeat.class})
@Timeout(180)
class ALostSessionLockIsToldIT {

    /** Added because a busy machine runs threads late. */
    private static final Duration MACHINE = Duration.ofMillis(500);

    @BeforeEach
    void make() throws Exception {
        FencedResource.create();
    }

    @AfterEach
    void drop() throws Exception {
        FencedResource.drop();
    }

    /** A held lock, and when its holder was told of the loss. */
    private static final class LosingHolder {
        private final LockHandle handle;
        private final long token;
        private final CompletableFuture<Long> lost = new CompletableFuture<>();

        LosingHolder(BankApplication application) {
            handle = application.sessions().acquire("k");
            token = handle.fencingToken();
            handle.onLost(() -> lost.complete(handle.isHeld() ? -1 : System.nanoTime()));
        }

        /** Waits until the holder is told, within a heartbeat after that time. */
        void isTold(long since) throws Exception {
            long told = lost.get(30, TimeUnit.SECONDS);
            assertThat(told).as("told while isHeld was true").isPositive();
            assertThat(Duration.ofNanos(told - since)).isLessThan(Heartbeat.BOUND.plus(MACHINE));
            assertThat(handle.isHeld()).isFalse();
            assertThatExceptionOfType(LockLostException.class).isThrownBy(handle::fencingToken);
            handle.close();
        }
    }

    private static void nextHolderWins(BankApplication application, LosingHolder last) throws Exception {
        try (LockHandle next = application.sessions().acquire("k")) {
            assertThat(next.fencingToken()).isGreaterThan(last.token);
            assertThat(FencedResource.write(next.fencingToken())).isTrue();
            assertThat(FencedResource.write(last.token)).isFalse();
        }
    }

    @Test
    void whenItsBackendIsEnded() throws Exception {
        try (BankApplication application = BankApplication.start()) {
            LosingHolder holder = new LosingHolder(application);
            assertThat(FencedResource.write(holder.token)).isTrue();
            long since = System.nanoTime();
            PlainSql.run("SELECT pg_terminate_backend(" + PlainSql.holder(PlainSql.key("k")) + ")");
            holder.isTold(since);
            nextHolderWins(application, holder);
        }
    }

    @Test
    void whenItsConnectionIsCut() throws Exception {
        try (TcpProxy proxy = TcpProxy.toDatabase();
                BankApplication application = BankApplication.at(proxy.jdbcUrl())) {
            LosingHolder holder = new LosingHolder(application);
            long since = System.nanoTime();
            proxy.cut();
            holder.isTold(since);
            nextHolderWins(application, holder);
        }
    }

    @Test
    void whenTheNetworkSwallowsEverything() throws Exception {
        try (TcpProxy proxy = TcpProxy.toDatabase();
                BankApplication near = BankApplication.start()) {
            near.sessions().acquire("k").close();
            try (BankApplication far = BankApplication.at(proxy.jdbcUrl())) {
                LosingHolder holder = new LosingHolder(far);
                assertThat(FencedResource.write(holder.token)).isTrue();
                int backend = PlainSql.holder(PlainSql.key("k"));
                long since = System.nanoTime();
                proxy.blackhole(true);
                holder.isTold(since);
                // The server has not noticed yet, so nobody else has the lock.
                assertThat(PlainSql.holder(PlainSql.key("k"))).isEqualTo(backend);
                assertThat(near.sessions().tryAcquire("k", Duration.ZERO)).isEmpty();
                assertThatExceptionOfType(AdvisoryLockException.class)
                        .isThrownBy(() -> far.sessions().tryAcquire("other", Duration.ZERO));
                proxy.blackhole(false);
                nextHolderWins(near, holder);
                Await.until("the way is not free again", () -> isFree(far));
                nextHolderWins(far, holder);
            } finally {
                proxy.blackhole(false);
            }
        }
    }

    private static boolean isFree(BankApplication application) {
        try {
            return application
                    .sessions()
                    .tryAcquire("k", Duration.ZERO)
                    .map(handle -> {
                        handle.close();
                        return true;
                    })
                    .orElse(false);
        } catch (AdvisoryLockException notYet) {
            return false;
        }
    }

    @Test
    void whenTheServerIsRestartedOrCrashes() throws Exception {
        try (OwnServer server = OwnServer.start(Map.of())) {
            try (BankApplication application = BankApplication.at(server.jdbcUrl())) {
                long last = 0;
                for (int restart = 0; restart < 4; restart++) {
                    LosingHolder holder = new LosingHolder(application);
                    assertThat(holder.token).isGreaterThan(last);
                    last = holder.token;
                    long since = System.nanoTime();
                    if (restart == 0) {
                        server.restart();
                    } else {
                        server.crash();
                    }
                    long told = holder.lost.get(30, TimeUnit.SECONDS);
                    assertThat(told).isPositive();
                    assertThat(told - since).isPositive();
                    holder.handle.close();
                    Await.until("the server does not serve", () -> isFree(application));
                }
                try (LockHandle next = application.sessions().acquire("k")) {
                    assertThat(next.fencingToken()).isGreaterThan(last);
                }
            }
            assertThat(server.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
                    .isZero();
        }
    }

    @Test
    void orItsJvmIsKilledAndTheNextOneHasItAtOnce() throws Exception {
        try (BankApplication application = BankApplication.start();
                SecondJvm second = SecondJvm.start("session", "hold", "k")) {
            second.await("READY");
            second.go();
            long token = Long.parseLong(second.await("HOLDING").substring(8));
            CompletableFuture<Long> next = BankApplication.async(() -> {
                try (LockHandle handle = application.sessions().acquire("k")) {
                    return handle.fencingToken();
                }
            });
            assertThat(FencedResource.write(token)).isTrue();
            second.kill();
            assertThat(next.get(30, TimeUnit.SECONDS)).isGreaterThan(token);
        }
    }

    @Test
    void orItsJvmStandsStillMeanwhile() throws Exception {
        try (BankApplication application = BankApplication.start();
                SecondJvm second = SecondJvm.start("session", "hold", "k")) {
            second.await("READY");
            second.go();
            second.await("HOLDING");
            int backend = PlainSql.holder(PlainSql.key("k"));
            second.pause();
            assertThat(application.sessions().tryAcquire("k", Heartbeat.BOUND)).isEmpty();
            second.unpause();
            second.go();
            // Its session was not ended, so it still holds the lock and goes on.
            second.await("WROTE true true");

            second.pause();
            PlainSql.run("SELECT pg_terminate_backend(" + backend + ")");
            try (LockHandle next = application.sessions().acquire("k")) {
                assertThat(FencedResource.write(next.fencingToken())).isTrue();
                second.go();
                second.unpause();
                // It learns of the loss soon, before or after it is refused.
                String first = second.await("");
                String then = second.await("");
                assertThat(first + " " + then).contains("LOST").contains("WROTE false");
            }
        }
    }
}
