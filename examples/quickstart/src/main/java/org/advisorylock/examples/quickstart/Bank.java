package org.advisorylock.examples.quickstart;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMonitor;

/** The four scenes of the demonstration. Each says what happens, and ends with claims that it has checked. */
@ApplicationScoped
public class Bank {
    private static final int TELLERS = 8;
    private static final int TURNS = 50;
    private static final long AMOUNT = 10;
    private static final long OPENING = 10_000;
    private static final long WITHDRAWN = TELLERS * TURNS * AMOUNT;

    @Inject
    Accounts accounts;

    @Inject
    Reports reports;

    @Inject
    LockMonitor monitor;

    @Inject
    DataSource dataSource;

    Outcome open(Screen screen) throws SQLException {
        List<Outcome.Claim> claims = new ArrayList<>();
        screen.title("A bank, its tellers, and one PostgreSQL. Lines with | are what LockMonitor reads from pg_locks.");
        accounts.createTable();
        try {
            withoutLock(screen, claims);
            withLock(screen, claims);
            twoKeys(screen, claims);
            oneOfMany(screen, claims);
        } finally {
            accounts.dropTable();
        }
        return new Outcome(claims);
    }

    private void withoutLock(Screen screen, List<Outcome.Claim> claims) {
        screen.title("1. Without a lock, money is lost");
        screen.say("%d tellers at once withdraw %d times %d from account 1.", TELLERS, TURNS, AMOUNT);
        screen.say("Each reads the balance, computes and writes, in a transaction of its own.");
        accounts.open(OPENING);

        List<Throwable> failures = Crew.start(TELLERS, TURNS, teller -> accounts.withdrawWithoutLock(1, AMOUNT))
                .finish();

        long lost = balances(screen, OPENING - WITHDRAWN, accounts.balance(1));
        screen.say(
                "%,d was paid out, and %,d of it never left the account: tellers overwrote each other.",
                WITHDRAWN, lost);
        claim(claims, "without a lock, tellers at work at once lose money", lost > 0, failures);
    }

    private void withLock(Screen screen, List<Outcome.Claim> claims) throws SQLException {
        screen.title("2. With @AdvisoryLock(\"account:{from}\"), none is lost");
        screen.say("The same tellers, the same lines of code, one annotation more.");
        screen.say("Another program, plain SQL, holds account 1 while they arrive. One of them waits in PostgreSQL,");
        screen.say("the others queue behind it in this JVM, where they need no connection:");
        accounts.open(OPENING);

        Crew crew;
        try (OtherProgram other = new OtherProgram(dataSource)) {
            other.lock("account:1");
            crew = Crew.start(TELLERS, TURNS, teller -> accounts.withdraw(1, AMOUNT));
            screen.locks(locksWhenSomeoneWaits(crew));
        }
        screen.say("It commits, which releases its lock, and the tellers go on one by one.");
        List<Throwable> failures = crew.finish();

        long lost = balances(screen, OPENING - WITHDRAWN, accounts.balance(1));
        claim(claims, "with the lock, the same tellers lose none", lost == 0, failures);
    }

    private void twoKeys(Screen screen, List<Outcome.Claim> claims) throws SQLException {
        screen.title("3. With @AdvisoryLock({\"account:{from}\", \"account:{to}\"}), two keys and no deadlock");
        screen.say("Half of the tellers transfer from 1 to 2, the others from 2 to 1.");
        screen.say("Both keys are taken at once and in one order. The other program lets them wait:");
        accounts.open(OPENING);

        Crew crew;
        try (OtherProgram other = new OtherProgram(dataSource)) {
            other.lock("account:1");
            crew = Crew.start(TELLERS, TURNS, teller -> {
                boolean forth = teller % 2 == 0;
                accounts.transfer(forth ? 1 : 2, forth ? 2 : 1, AMOUNT);
            });
            screen.locks(locksWhenSomeoneWaits(crew));
        }
        List<Throwable> failures = crew.finish();

        long lost = balances(screen, 2 * OPENING, accounts.balance(1) + accounts.balance(2));
        claim(claims, "transfers in opposite orders meet no deadlock and keep the sum", lost == 0, failures);
    }

    private void oneOfMany(Screen screen, List<Outcome.Claim> claims) {
        screen.title("4. With accessTimeout = IMMEDIATE and onTimeout = SKIP, one runs and the others go on");
        screen.say("%d servers start the nightly report at the same moment.", TELLERS);
        CountDownLatch skipped = new CountDownLatch(TELLERS - 1);
        AtomicInteger ran = new AtomicInteger();

        List<Throwable> failures = Crew.start(TELLERS, 1, server -> {
                    if (reports.nightly(() -> {
                        ran.incrementAndGet();
                        screen.locks(monitor.locks());
                        // It goes on only after all others have: if one of them had waited, this would fail.
                        await(skipped);
                    })) {
                        return;
                    }
                    skipped.countDown();
                })
                .finish();

        screen.say("%d ran it, %d went on without a wait.", ran.get(), TELLERS - 1 - skipped.getCount());
        claim(claims, "one server runs the report, the others skip it", ran.get() == 1, failures);
    }

    private static long balances(Screen screen, long expected, long actual) {
        screen.say("expected %,d   actual %,d   difference %,d", expected, actual, actual - expected);
        return actual - expected;
    }

    /** Asks until there is a waiter, which takes milliseconds. An application should ask about once a second. */
    private List<LockInfo> locksWhenSomeoneWaits(Crew crew) {
        List<LockInfo> locks = monitor.locks();
        while (locks.stream().allMatch(LockInfo::granted) && !crew.isDone()) {
            locks = monitor.locks();
        }
        return locks;
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException(latch.getCount() + " servers did not skip the report");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void claim(List<Outcome.Claim> claims, String sentence, boolean holds, List<Throwable> failures) {
        String errors = failures.isEmpty() ? "" : "; but a teller failed: " + failures.get(0);
        claims.add(new Outcome.Claim(sentence + errors, holds && failures.isEmpty()));
    }
}
