package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.advisorylock.LockGuardException;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A rollback to a savepoint frees the locks that were taken after it; what the library remembers is no proof. */
@ExtendWith(NoLockLeft.class)
@Timeout(120)
class ARolledBackSavepointIsNoLockIT {

    private static BankApplication application;
    private static LockedBank bank;

    @BeforeAll
    static void start() {
        application = BankApplication.start();
        bank = application.bank();
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    private static boolean isFree() throws Exception {
        try (Rival rival = Rival.open()) {
            return rival.tryLock(PlainSql.key("k"));
        }
    }

    @Test
    void soTheKeyIsAskedForAgain() throws Exception {
        application.inTransaction(() -> {
            bank.sql("SAVEPOINT mine");
            bank.joining("k", () -> assertThat(isFree()).isFalse());
            bank.sql("ROLLBACK TO SAVEPOINT mine");
            assertThat(isFree()).isTrue();
            assertThat(application.locks().isHeld("k")).isFalse();
            assertThatExceptionOfType(LockGuardException.class)
                    .isThrownBy(() -> application.locks().assertHeld("k"))
                    .withMessageContaining("ADVLOCK-0307");

            bank.joining("k", () -> assertThat(isFree()).isFalse());
            assertThat(application.locks().isHeld("k")).isTrue();
            return assertThat(isFree()).isFalse();
        });
        assertThat(isFree()).isTrue();
    }

    @Test
    void andTheServiceAsksAgainToo() throws Exception {
        application.inTransaction(() -> {
            bank.sql("SAVEPOINT mine");
            application.locks().acquire("k");
            bank.sql("ROLLBACK TO SAVEPOINT mine");
            application.locks().acquire("k");
            return assertThat(isFree()).isFalse();
        });
    }

    @Test
    void butWhatWasTakenBeforeItStays() throws Exception {
        bank.locked("k", () -> {
            bank.sql("SAVEPOINT mine", "ROLLBACK TO SAVEPOINT mine");
            return assertThat(isFree()).isFalse();
        });
    }
}
