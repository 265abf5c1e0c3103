package org.advisorylock.testbed;

import jakarta.transaction.Status;
import jakarta.transaction.TransactionManager;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.advisorylock.testbed.AdvisoryRows.Row;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test that leaves an advisory lock in the database or a transaction on its thread. */
public final class NoLockLeft implements AfterEachCallback {

    /** The time for a backend that is about to end. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        int status = endTransaction();
        List<Row> left = AdvisoryRows.await(List::isEmpty, GRACE);
        if (!left.isEmpty()) {
            throw new AssertionError(
                    left.stream().map(Row::text).collect(Collectors.joining("\n", "locks are left:\n", "")));
        }
        if (status != Status.STATUS_NO_TRANSACTION) {
            throw new AssertionError("a transaction is left on the thread, with status " + status);
        }
    }

    /** Rolls back a transaction, so that the next test does not fail because of this one. */
    private static int endTransaction() throws Exception {
        TransactionManager transactionManager = Narayana.transactionManager();
        int status = transactionManager.getStatus();
        if (status != Status.STATUS_NO_TRANSACTION) {
            transactionManager.rollback();
        }
        return status;
    }
}
