package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CompletableFuture;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Narayana tells how much time a transaction has left, so the wait ends before the reaper comes. */
@ExtendWith(NoLockLeft.class)
class TransactionTimeoutIT {

    private static Application application;

    @BeforeAll
    static void start() {
        application = Application.of(Shop.class);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @Test
    void cutsTheWaitShortAndLeavesTheTransactionUsable() throws Exception {
        try (Rival rival = Rival.holding(AdvisoryLockKey.of("k", KeyHash.MD5).number())) {
            CompletableFuture<Throwable> refusal = Application.async(() -> {
                application.jta().transactionManager().setTransactionTimeout(3);
                return application.inTransaction(() -> {
                    Throwable timeout = catchThrowable(() -> application.locks().acquire("k"));
                    application.locks().acquire("other");
                    return timeout;
                });
            });
            assertThat(refusal.get())
                    .isInstanceOf(LockTimeoutException.class)
                    .hasMessageContainingAll("ADVLOCK-0113", "backend " + rival.pid(), "transaction timeout");
        }
    }
}
