package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockMode;
import org.advisorylock.impl.Requests;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * One holder commits a row while a transaction waits, for each statement that the library may send. The transaction
 * reads the row afterwards.
 */
@ExtendWith({NoLockLeft.class, OneAccount.class})
@Timeout(120)
class AReadUnderTheLockIsFreshIT {

    private final AdvisoryLockKey key = AdvisoryLockKey.of("k", KeyHash.MD5);
    private final AdvisoryLockKey pair = AdvisoryLockKey.of(4, 2);
    private final BankApplication application = BankApplication.start();
    private final LockedBank bank = application.bank();

    @AfterEach
    void stop() {
        application.close();
    }

    private void assertFresh(Callable<Object> lock) throws Exception {
        long before = PlainSql.balance(1);
        try (Rival rival = Rival.holding(key.number())) {
            rival.lock(4, 2);
            CompletableFuture<Long> read = BankApplication.async(() -> application.inTransaction(() -> {
                // A value that was read before the lock is old. Only reads after it count.
                assertThat(bank.number("SELECT balance FROM faults_account")).isEqualTo(before);
                lock.call();
                return bank.number("SELECT balance FROM faults_account");
            }));
            Rival.awaitWaiters(1);
            PlainSql.run(rival.connection(), "UPDATE faults_account SET balance = balance + 1");
            rival.commit();
            assertThat(read.get()).isEqualTo(before + 1);
        }
    }

    @Test
    void ofOneKeyOfSeveralOfAPairExclusiveAndShared() throws Exception {
        for (LockMode mode : LockMode.values()) {
            for (List<AdvisoryLockKey> keys : List.of(
                    List.of(key),
                    List.of(pair),
                    List.of(key, pair),
                    List.of(key, AdvisoryLockKey.of("free", KeyHash.MD5)))) {
                assertFresh(() -> {
                    application.locks().acquire(Requests.inMode(mode, Requests.all(keys)));
                    return keys;
                });
                assertFresh(() -> assertThat(application
                                .locks()
                                .tryAcquire(Requests.inMode(mode, Requests.all(keys)), Duration.ofMinutes(1)))
                        .isTrue());
            }
        }
    }
}
