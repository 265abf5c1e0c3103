package org.advisorylock.impl.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What was shown once of a DataSource, and counts for all who have it by the same name. Safe for use by several threads. */
final class Proof {

    /** After so long a transaction that waits for the proof tries by itself: it may have the connection that the other waits for. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long sessions may take to be proved: a pool may be slow to give two connections. */
    private static final Duration SESSIONS = Duration.ofSeconds(30);

    final DatabaseIdentity identity = new DatabaseIdentity();

    /** That it takes part in JTA, and that its locks exclude. */
    private final Once<Boolean> transactions = new Once<>(PATIENCE.toNanos());

    /** That its sessions keep their locks. They are proved without a transaction, so nobody who waits has a connection. */
    private final Once<Boolean> sessions = new Once<>(Long.MAX_VALUE);

    /** Whether locks exclude, where the pool had no second connection to show it. */
    final Recheck locksExclude = new Recheck(System::nanoTime);

    /** Whether sessions keep their locks, where the pool had no second connection to show it. */
    final Recheck sessionsKeep = new Recheck(System::nanoTime);

    /** Session locks and elections that take a connection from the same pool as transactions. */
    final AtomicInteger sharers = new AtomicInteger();

    volatile int spare;

    /** The one that was shown to take part in JTA. */
    volatile @Nullable DataSource enlists;

    boolean isUnproved() {
        return transactions.found() == null || locksExclude.isDue();
    }

    /** Has it shown, unless that was done, that transactions are guarded. */
    void showTransactions(TransactionProof steps, long deadline)
            throws ProofFailure, SQLException, TimeoutException, InterruptedException {
        if (transactions.found() == null) {
            get(transactions, deadline, steps::show);
        } else if (locksExclude.claim()) {
            try {
                steps.showExclusion();
            } catch (ProofFailure e) {
                transactions.forget();
                throw e;
            }
        }
    }

    boolean isUnprovedForSessions() {
        return sessions.found() == null || sessionsKeep.isDue();
    }

    /** Has it shown, unless that was done, that sessions keep their locks. */
    void showSessions(SessionPoolProof steps) throws SQLException, TimeoutException, InterruptedException {
        if (sessions.found() == null) {
            try {
                get(sessions, System.nanoTime() + SESSIONS.toNanos(), steps::show);
            } catch (ProofFailure e) {
                throw new IllegalStateException(e);
            }
        } else if (sessionsKeep.claim()) {
            steps.show();
        }
    }

    /** Something that shows it, or throws. */
    @FunctionalInterface
    private interface Steps {
        void show() throws Exception;
    }

    private static void get(Once<Boolean> once, long deadline, Steps steps)
            throws ProofFailure, SQLException, TimeoutException, InterruptedException {
        try {
            once.get(deadline, () -> {
                steps.show();
                return true;
            });
        } catch (ProofFailure | SQLException | TimeoutException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
