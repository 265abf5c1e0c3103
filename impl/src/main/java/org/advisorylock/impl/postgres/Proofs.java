package org.advisorylock.impl.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * The proofs of a DataSource. They are made once, and count for all who have the DataSource by the same name. Safe for
 * use by several threads.
 */
final class Proofs {

    /**
     * After this time a transaction that waits for the proof tries by itself: it may have the connection that the other
     * one waits for.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long the proof of sessions may take: a pool may be slow to give two connections. */
    private static final Duration SESSIONS = Duration.ofSeconds(30);

    final DatabaseIdentity identity = new DatabaseIdentity();

    final LongSupplier nanoClock;

    final OtherPermits otherPermits;

    /** The proof that it takes part in JTA, and that its locks exclude. */
    private final SingleFlight<Boolean> transactions;

    /**
     * The proof that its sessions keep their locks. It runs without a transaction, so nobody who waits has a
     * connection.
     */
    private final SingleFlight<Boolean> sessions;

    /** Checks again whether locks exclude, if the pool had no second connection for the proof. */
    final Recheck locksExclude;

    /** Checks again whether sessions keep their locks, if the pool had no second connection for the proof. */
    final Recheck sessionsKeep;

    final EnlistmentProof enlistment;

    final SpareConnections spareConnections = new SpareConnections();

    Proofs(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        otherPermits = new OtherPermits(nanoClock);
        enlistment = new EnlistmentProof(nanoClock);
        transactions = new SingleFlight<>(PATIENCE.toNanos(), nanoClock);
        sessions = new SingleFlight<>(Long.MAX_VALUE, nanoClock);
        locksExclude = new Recheck(nanoClock);
        sessionsKeep = new Recheck(nanoClock);
    }

    boolean isUnproved() {
        return transactions.result() == null || locksExclude.isDue();
    }

    /** Proves once that transactions are guarded. */
    void showTransactions(TransactionProof steps, long deadline)
            throws ProofFailure, SQLException, TimeoutException, InterruptedException {
        if (transactions.result() == null) {
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
        return sessions.result() == null || sessionsKeep.isDue();
    }

    /** Proves once that sessions keep their locks. */
    void showSessions(SessionPoolProof steps) throws SQLException, TimeoutException, InterruptedException {
        if (sessions.result() == null) {
            try {
                get(sessions, nanoClock.getAsLong() + SESSIONS.toNanos(), steps::show);
            } catch (ProofFailure e) {
                throw new IllegalStateException(e);
            }
        } else if (sessionsKeep.claim()) {
            steps.show();
        }
    }

    /** A proof, which throws if it fails. */
    @FunctionalInterface
    private interface Prover {
        void show() throws Exception;
    }

    private static void get(SingleFlight<Boolean> once, long deadline, Prover steps)
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
