package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockDeadlockException;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Party;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** PostgreSQL finds sessions that wait in a circle, and refuses one of them. */
@ExtendWith({NoLockLeft.class, OneAccount.class})
@Timeout(120)
class ADeadlockEndsIT {

    private final BankApplication application = BankApplication.start();
    private final LockedBank bank = application.bank();

    @AfterEach
    void stop() {
        application.close();
    }

    private static CompletableFuture<Throwable> catchThrown(Callable<Object> work) {
        return BankApplication.async(() -> catchThrowable(work::call));
    }

    @Test
    void ofKeysInOppositeOrders() throws Exception {
        Party bothHold = Party.of(2);
        CompletableFuture<Throwable> one = catchThrown(() -> oneThenTheOther("a", "b", bothHold));
        CompletableFuture<Throwable> other = catchThrown(() -> oneThenTheOther("b", "a", bothHold));
        bothHold.awaitGuests();
        bothHold.letGo();
        assertThat(Stream.of(one.get(), other.get()).filter(Objects::nonNull))
                .singleElement()
                .isInstanceOf(LockDeadlockException.class)
                .asString()
                .contains("ADVLOCK-0102");
        // Nothing of the victim is saved, and everything of the other one.
        assertThat(PlainSql.balance(1)).isEqualTo(1);
    }

    private Object oneThenTheOther(String one, String other, Party bothHold) throws Exception {
        return bank.locked(one, () -> {
            bothHold.attend();
            return bank.locked(other, () -> bank.add(1, 1));
        });
    }

    @Test
    void ofAKeyAndARow() throws Exception {
        Party bothHold = Party.of(2);
        CompletableFuture<Throwable> keyFirst = catchThrown(() -> bank.locked("k", () -> {
            bothHold.attend();
            return bank.add(1, 1);
        }));
        CompletableFuture<Throwable> rowFirst = catchThrown(() -> bank.unlocked(() -> {
            long sum = bank.add(1, 1);
            bothHold.attend();
            return bank.locked("k", () -> sum);
        }));
        bothHold.awaitGuests();
        bothHold.letGo();
        Throwable ofTheKey = rowFirst.get();
        Throwable ofTheRow = keyFirst.get();
        assertThat(Stream.of(ofTheKey, ofTheRow).filter(Objects::nonNull)).hasSize(1);
        if (ofTheKey != null) {
            assertThat(ofTheKey).isInstanceOf(LockDeadlockException.class);
        } else {
            assertThat(((SQLException) ofTheRow).getSQLState()).isEqualTo("40P01");
        }
        assertThat(PlainSql.balance(1)).isEqualTo(1);
    }

    /** CREATE INDEX CONCURRENTLY waits for the snapshot of a waiter. Here the holder of the lock runs it. */
    @Test
    void ofAWaiterAndAnIndexThatIsMadeConcurrently() throws Exception {
        long key = PlainSql.key("k");
        try (Connection holder = TestDatabase.get().connect()) {
            PlainSql.number(holder, "SELECT 1 FROM pg_advisory_lock(" + key + ")");
            CompletableFuture<Throwable> waiter = catchThrown(() -> bank.patiently("k", () -> 1));
            Rival.awaitWaiter(key);
            Throwable index =
                    catchThrowable(() -> PlainSql.run(holder, "CREATE INDEX CONCURRENTLY ON faults_account (balance)"));
            PlainSql.number(holder, "SELECT pg_advisory_unlock(" + key + ")::int");
            // The first session that looks for a deadlock is the victim.
            if (index == null) {
                assertThat(waiter.get()).isInstanceOf(LockDeadlockException.class);
            } else {
                assertThat(((SQLException) index).getSQLState()).isEqualTo("40P01");
                assertThat(waiter.get()).isNull();
            }
        }
    }

    @Test
    void orAtLeastTheWaitEndsByDefault() throws Exception {
        assertThat(AdvisoryLock.class.getMethod("accessTimeout").getDefaultValue())
                .isEqualTo(60L);
    }
}
