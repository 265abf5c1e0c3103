package org.advisorylock.tck.faulttolerance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.tck.BackgroundCall;
import org.advisorylock.tck.ContractTest;
import org.advisorylock.tck.Deployments;
import org.advisorylock.tck.OtherHolder;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The common part of the tests of both places of fault tolerance. */
abstract class FaultToleranceContract extends ContractTest {

    @Inject
    Payments payments;

    @Inject
    AttemptCounts attempts;

    static WebArchive archive(Class<?> test, String configuration) {
        return Deployments.of(test, configuration)
                .addClasses(
                        FaultToleranceContract.class,
                        AttemptCounts.class,
                        Payments.class,
                        Watch.class,
                        CountedAttempts.class);
    }

    @Override
    protected void prepare() {
        attempts.clear();
        database.executeOutside("DROP TABLE IF EXISTS tck_payment");
        database.executeOutside("CREATE TABLE tck_payment (attempt integer)");
    }

    @Override
    protected void cleanUp() {
        database.executeOutside("DROP TABLE tck_payment");
    }

    /** Writes a row in each attempt, and fails in the first ones. */
    Callable<String> failing(int times) {
        int[] attempt = {0};
        return () -> {
            attempt[0]++;
            assertThat(database.heldKeys()).hasSize(1);
            database.executeInside("INSERT INTO tck_payment VALUES (" + attempt[0] + ")");
            if (attempt[0] <= times) {
                throw new IllegalStateException("attempt " + attempt[0]);
            }
            return "attempt " + attempt[0];
        };
    }

    /** The attempts whose rows are there. */
    String saved() {
        return database.queryOutside("SELECT string_agg(attempt::text, ',' ORDER BY attempt) FROM tck_payment");
    }

    /** Holds the key until the call, which waits in the database, has ended. Returns its failure. */
    Throwable failureBesideARival(int id, Callable<String> call) {
        try (OtherHolder rival = OtherHolder.holding(database, "payment:" + id)) {
            BackgroundCall<Throwable> failure = threads.start(() -> failureOf(call));
            Throwable thrown = failure.get();
            // Nobody is left in the queue.
            assertThat(database.locks()).hasSize(1);
            rival.release();
            return thrown;
        }
    }

    /** The same, but the call waits in a queue of this JVM behind another transaction. */
    Throwable failureAtTheGate(int id, Callable<String> call) throws Exception {
        AdvisoryLockKey key = key("payment:" + id);
        CountDownLatch over = new CountDownLatch(1);
        BackgroundCall<Boolean> holder = start(() -> payments.retried(id, () -> {
            over.await(60, TimeUnit.SECONDS);
            return "held";
        }));
        database.awaitHeld(key, true);
        Throwable thrown = threads.start(() -> failureOf(call)).get();
        assertThat(database.locks()).hasSize(1);
        over.countDown();
        assertThat(holder.get()).isTrue();
        return thrown;
    }

    private static Throwable failureOf(Callable<String> call) {
        try {
            throw new AssertionError("the call ended well: " + call.call());
        } catch (Exception e) {
            return e;
        }
    }
}
