package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.advisorylock.AdvisoryLock;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The final test: many threads, few accounts, and two statements that read and write a balance. */
@Locking
class LostUpdateTest extends ContractTest {

    private static final int ACCOUNTS = 5;
    private static final int THREADS = 16;
    private static final int WITHDRAWALS = 200;
    private static final long OPENING_BALANCE = 1_000_000;

    /** Loses updates without its lock: it reads, computes, and writes. */
    @ApplicationScoped
    public static class LostUpdateBank {
        @Inject
        Database database;

        /** Takes money from an account. */
        @Transactional
        @AdvisoryLock("account:{account}")
        public void withdraw(int account, long amount) {
            String where = " WHERE id = " + account;
            long balance = Long.parseLong(database.queryInside("SELECT balance FROM tck_account" + where));
            database.executeInside("UPDATE tck_account SET balance = " + (balance - amount) + where);
        }
    }

    @Inject
    LostUpdateBank bank;

    private final AtomicLongArray withdrawn = new AtomicLongArray(ACCOUNTS);

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(LostUpdateTest.class);
    }

    @Override
    protected void prepare() {
        database.executeOutside("DROP TABLE IF EXISTS tck_account");
        database.executeOutside("CREATE TABLE tck_account (id integer PRIMARY KEY, balance bigint)");
        database.executeOutside("INSERT INTO tck_account SELECT id, " + OPENING_BALANCE + " FROM generate_series(0, "
                + (ACCOUNTS - 1) + ") AS id");
    }

    @Override
    protected void cleanUp() {
        database.executeOutside("DROP TABLE tck_account");
    }

    @Test
    @Assertion("SAFE-01")
    void noUpdateIsLost() {
        CountDownLatch start = new CountDownLatch(1);
        List<BackgroundCall<Boolean>> calls = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            calls.add(start(() -> withdrawOften(start)));
        }
        start.countDown();
        calls.forEach(BackgroundCall::get);
        for (int account = 0; account < ACCOUNTS; account++) {
            String balance = database.queryOutside("SELECT balance FROM tck_account WHERE id = " + account);
            assertThat(balance)
                    .as("account %d", account)
                    .isEqualTo(String.valueOf(OPENING_BALANCE - withdrawn.get(account)));
        }
    }

    private void withdrawOften(CountDownLatch start) throws InterruptedException {
        assertThat(start.await(60, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < WITHDRAWALS; i++) {
            int account = ThreadLocalRandom.current().nextInt(ACCOUNTS);
            long amount = ThreadLocalRandom.current().nextLong(1, 100);
            bank.withdraw(account, amount);
            withdrawn.addAndGet(account, amount);
        }
    }
}
