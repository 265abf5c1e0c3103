package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.CallMessage;

/** Proves, in a transaction, that the locks of a DataSource guard. */
final class TransactionProof {

    /** How long a pool may take to give one more connection. */
    private static final long MORE_NANOS = 5_000_000_000L;

    private static final long AGAIN_NANOS = 1_000_000_000L;

    private final LockDatabase database;
    private final DataSource dataSource;
    private final Proofs proof;
    private final Claim request;
    private final long deadline;

    /** @param deadline for connections that the pool does not give, by the clock of the proof */
    TransactionProof(LockDatabase database, DataSource dataSource, Proofs proof, Claim request, long deadline) {
        this.database = database;
        this.dataSource = dataSource;
        this.proof = proof;
        this.request = request;
        this.deadline = deadline;
    }

    /**
     * Proves that it is PostgreSQL, that two connections of one transaction are one session (a DataSource outside JTA
     * gives two), and that its locks exclude another session.
     *
     * @throws ProofFailure if one of the three is not true
     * @throws TimeoutException if the pool gives no connection before the deadline
     */
    void show() throws Exception {
        try (Connection one = open(deadline)) {
            DatabaseMetaData product = one.getMetaData();
            if (!product.getDatabaseProductName().equals("PostgreSQL")) {
                String other = Connections.describe(product);
                throw refusal(asked -> CallMessage.NOT_POSTGRESQL.text(asked, database, other));
            }
            Session session = Session.read(one);
            // It should be the same connection, which the pool has at hand. Otherwise a wait would prove nothing.
            try (Connection second = open(sooner(MORE_NANOS))) {
                proof.enlistment.compare(session, second, database);
            }
            test(one, product, sooner(MORE_NANOS) - proof.nanoClock.getAsLong());
            proof.identity.meet(one, session, request, database);
            proof.enlistment.note(dataSource);
        } catch (ConnectionTimeout e) {
            TimeoutException late = new TimeoutException(e.getMessage());
            late.initCause(e);
            throw late;
        }
    }

    /** Proves that its locks exclude, which was not possible before. */
    void showExclusion() throws SQLException, ProofFailure {
        try (Connection one = database.connect(request, deadline)) {
            test(one, one.getMetaData(), AGAIN_NANOS);
        }
    }

    private void test(Connection enlisted, DatabaseMetaData product, long patienceNanos)
            throws SQLException, ProofFailure {
        SelfTest test = new SelfTest(dataSource, patienceNanos, proof.nanoClock);
        String failure = test.findFailure(enlisted);
        if (!failure.isEmpty()) {
            String server = Connections.describe(product);
            throw refusal(asked -> CallMessage.NO_REAL_LOCKS.text(asked, database, server, failure));
        }
        proof.locksExclude.noteAnswer(test.isSure());
    }

    private long sooner(long nanos) {
        long then = proof.nanoClock.getAsLong() + nanos;
        return then - deadline < 0 ? then : deadline;
    }

    private Connection open(long until) throws ConnectionTimeout, ProofFailure {
        try {
            return database.open(until);
        } catch (ConnectionTimeout e) {
            throw e;
        } catch (SQLException e) {
            String why = SqlErrors.firstLine(e);
            throw new ProofFailure(
                    e,
                    asked -> new AdvisoryLockException(
                            CallMessage.NO_CONNECTION.text(asked, database, why), asked.keys(), e));
        }
    }

    private static ProofFailure refusal(Function<Claim, String> text) {
        return new ProofFailure(null, asked -> new LockGuardException(text.apply(asked), asked.keys(), null));
    }
}
