package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A second JVM of the application is killed or paused while it holds a lock or waits for it. No update is lost, and the
 * lock is released.
 */
@ExtendWith({NoLockLeft.class, OneAccount.class})
@Timeout(180)
class AKilledOrPausedJvmLosesNothingIT {

    private static final long KEY = PlainSql.key("1");

    private final BankApplication application = BankApplication.start();
    private final LockedBank bank = application.bank();

    @AfterEach
    void stop() {
        application.close();
    }

    private CompletableFuture<Long> add() {
        return BankApplication.async(() -> bank.locked("1", () -> bank.add(1, 1)));
    }

    @Test
    void killedWhileItHolds() throws Exception {
        try (SecondJvm second = SecondJvm.start("hold", "1", 1)) {
            second.await("READY");
            second.go();
            second.await("HOLDING");
            CompletableFuture<Long> sum = add();
            Rival.awaitWaiter(KEY);
            second.kill();
            assertThat(sum.get()).isEqualTo(1);
        }
        assertThat(PlainSql.balance(1)).isEqualTo(1);
    }

    @Test
    void killedWhileItWaits() throws Exception {
        try (Rival rival = Rival.holding(KEY);
                SecondJvm second = SecondJvm.start("hold", "1", 1)) {
            second.await("READY");
            second.go();
            Rival.awaitWaiter(KEY);
            second.kill();
            CompletableFuture<Long> sum = add();
            rival.commit();
            // PostgreSQL may grant the key to the dead waiter first, and then takes it back at once.
            assertThat(sum.get()).isEqualTo(1);
        }
        assertThat(PlainSql.balance(1)).isEqualTo(1);
    }

    @Test
    void pausedWhileItHolds() throws Exception {
        try (SecondJvm second = SecondJvm.start("hold", "1", 1)) {
            second.await("READY");
            second.go();
            second.await("HOLDING");
            second.pause();
            second.go();
            CompletableFuture<Long> sum = add();
            Rival.awaitWaiter(KEY);
            second.unpause();
            second.await("COMMITTED");
            assertThat(sum.get()).isEqualTo(2);
        }
        assertThat(PlainSql.balance(1)).isEqualTo(2);
    }

    @Test
    void pausedWhileItWaits() throws Exception {
        try (Rival rival = Rival.holding(KEY);
                SecondJvm second = SecondJvm.start("hold", "1", 1)) {
            second.await("READY");
            second.go();
            Rival.awaitWaiter(KEY);
            int backend = PlainSql.waiter(KEY);
            second.pause();
            rival.commit();
            Await.until("the waiter was not granted the key", () -> PlainSql.holder(KEY) == backend);
            CompletableFuture<Long> sum = add();
            Rival.awaitWaiter(KEY);
            second.unpause();
            second.await("HOLDING");
            second.go();
            second.await("COMMITTED");
            assertThat(sum.get()).isEqualTo(2);
        }
        assertThat(PlainSql.balance(1)).isEqualTo(2);
    }

    @Test
    void pausedForLongerThanTheServerAllowsAnIdleTransaction() throws Exception {
        String url = TestDatabase.get().jdbcUrl();
        String impatient =
                url + (url.contains("?") ? "&" : "?") + "options=-c%20idle_in_transaction_session_timeout=500";
        try (SecondJvm second = SecondJvm.startAt(impatient, "hold", "1", 1)) {
            second.await("READY");
            second.go();
            second.await("HOLDING");
            second.pause();
            second.go();
            assertThat(add().get()).isEqualTo(1);
            second.unpause();
            second.await("REFUSED");
        }
        assertThat(PlainSql.balance(1)).isEqualTo(1);
    }
}
