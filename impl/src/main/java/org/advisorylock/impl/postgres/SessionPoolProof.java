package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.CallMessage;

/** Proves, without a transaction, that a DataSource gives sessions that keep their locks. */
final class SessionPoolProof {

    private static final long SECOND_CONNECTION_SECONDS = 5;

    private final LockDatabase database;
    private final Proofs proof;
    private final Claim request;
    private final Executor workers;

    /** @param workers for work that may block */
    SessionPoolProof(LockDatabase database, Proofs proof, Claim request, Executor workers) {
        this.database = database;
        this.proof = proof;
        this.request = request;
        this.workers = workers;
    }

    /**
     * Proves that it is PostgreSQL, and that two connections are two sessions with locks of their own. If the pool
     * gives no second connection within some seconds, only the first part is proved, and the rest must be proved again
     * later.
     *
     * @throws LockGuardException if one of the two is not true
     */
    void show() throws SQLException {
        try (Connection one = database.connect(request)) {
            DatabaseMetaData product = one.getMetaData();
            if (!product.getDatabaseProductName().equals("PostgreSQL")) {
                throw refusal(CallMessage.NOT_POSTGRESQL.text(request, database, Connections.describe(product)));
            }
            // All callers wait for this.
            int timeoutBefore = Connections.networkTimeout(one);
            Connections.setNetworkTimeout(one, LockDatabase.PROOF_MILLIS);
            boolean autoCommit = one.getAutoCommit();
            try {
                compare(one);
            } finally {
                // A connection goes back as it came, even after a proof that failed.
                Connections.restore(one, autoCommit, timeoutBefore);
            }
        } catch (SQLException e) {
            throw refusal(CallMessage.NO_SESSIONS.text(request, database, SessionProof.preparedElsewhere(e)));
        }
    }

    private void compare(Connection one) throws SQLException {
        proof.identity.meet(one, Session.read(one), request, database);
        CompletableFuture<Connection> second = further();
        try (Connection other = second.get(SECOND_CONNECTION_SECONDS, TimeUnit.SECONDS)) {
            boolean otherBefore = other.getAutoCommit();
            int timeoutBefore = Connections.networkTimeout(other);
            try {
                one.setAutoCommit(true);
                other.setAutoCommit(true);
                Connections.setNetworkTimeout(other, LockDatabase.PROOF_MILLIS);
                String failure = new SessionProof(one, other).findFailure();
                if (!failure.isEmpty()) {
                    throw refusal(CallMessage.NO_SESSIONS.text(request, database, failure));
                }
            } finally {
                Connections.restore(other, otherBefore, timeoutBefore);
            }
            proof.spareConnections.count(this::further);
            proof.sessionsKeep.noteAnswer(true);
        } catch (InterruptedException | ExecutionException | TimeoutException none) {
            Object unused = second.thenAccept(Connections::giveBack);
            proof.sessionsKeep.noteAnswer(false);
        }
    }

    private CompletableFuture<Connection> further() {
        return CompletableFuture.supplyAsync(() -> database.open(request), workers);
    }

    private LockGuardException refusal(String text) {
        return new LockGuardException(text, request.keys(), null);
    }
}
