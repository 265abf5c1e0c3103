package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Party;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * {@code now()} is the time at which the transaction began. A transaction that waits for a lock began before its grant.
 */
@ExtendWith(NoLockLeft.class)
@Timeout(120)
class NowIsOlderThanTheLockIT {

    private static final String KEY = "log";
    private static final String WRITE = "INSERT INTO faults_log (began, clock) VALUES (now(), clock_timestamp())";

    private final BankApplication application = BankApplication.start();
    private final LockedBank bank = application.bank();

    @BeforeEach
    void makeLog() throws SQLException {
        PlainSql.run(
                "DROP TABLE IF EXISTS faults_log",
                "CREATE TABLE faults_log (holder serial, began timestamptz, clock timestamptz)");
    }

    @AfterEach
    void stop() throws SQLException {
        application.close();
        PlainSql.run("DROP TABLE faults_log");
    }

    /** Whether this column shows the two holders in the order in which they held the lock. */
    private static boolean isInOrder(String column) throws SQLException {
        return PlainSql.number(
                        "SELECT count(*) FROM faults_log one, faults_log two WHERE one.holder = 1 AND two.holder = 2"
                                + " AND one." + column + " < two." + column)
                == 1;
    }

    private boolean write() throws SQLException {
        bank.sql(WRITE);
        return true;
    }

    @Test
    void soTwoHoldersMayWriteItInTheWrongOrder() throws Exception {
        Party began = Party.of(1);
        CompletableFuture<Boolean> second = BankApplication.async(() -> application.inTransaction(() -> {
            bank.sql("SELECT 1");
            began.attend();
            return bank.locked(KEY, this::write);
        }));
        began.awaitGuests();
        bank.locked(KEY, () -> {
            began.letGo();
            Rival.awaitWaiter(PlainSql.key(KEY));
            return write();
        });
        assertThat(second.get()).isTrue();

        assertThat(isInOrder("began")).as("now()").isFalse();
        assertThat(isInOrder("clock")).as("clock_timestamp()").isTrue();
    }

    /** Whether a call that waits for another program begins its transaction after that program has written the time. */
    private static boolean beginsAfterTheHolder(Callable<Boolean> call) throws Exception {
        PlainSql.run("TRUNCATE faults_log RESTART IDENTITY");
        try (Rival holder = Rival.holding(PlainSql.key(KEY))) {
            CompletableFuture<Boolean> waiter = BankApplication.async(call);
            Rival.awaitWaiter(PlainSql.key(KEY));
            PlainSql.run(holder.connection(), WRITE);
            holder.commit();
            assertThat(waiter.get()).isTrue();
        }
        return PlainSql.number(
                        "SELECT count(*) FROM faults_log one, faults_log two WHERE one.holder = 1 AND two.holder = 2"
                                + " AND one.clock < two.began")
                == 1;
    }

    @Test
    void butNotInScopeSessionWhichLocksBeforeTheTransactionBegins() throws Exception {
        assertThat(beginsAfterTheHolder(() -> bank.locked(KEY, this::write))).isFalse();
        assertThat(beginsAfterTheHolder(() -> application.jobs().inTransaction(KEY, this::write)))
                .isTrue();
    }
}
