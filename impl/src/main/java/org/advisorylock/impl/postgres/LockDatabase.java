package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockScope;
import org.advisorylock.impl.Message;
import org.jspecify.annotations.Nullable;

/**
 * A DataSource that locks are taken on, and what was proved of it once. Those that were looked up by one name, as a server may make a new object for each
 * look-up, are equal and share the proof. Safe for use by several threads.
 */
public final class LockDatabase {

    /** Who will not wait at all has so long for connections and proofs, which take some time. */
    public static final long LEAST_NANOS = 1_000_000_000L;

    static final int PROOF_MILLIS = 5000;

    private static final OpeningWatch OPENINGS = new OpeningWatch();

    private final String name;
    private final DataSource dataSource;
    private final Proof proof;

    /** @param name for people */
    public LockDatabase(String name, DataSource dataSource) {
        this(name, dataSource, new Proof());
    }

    private LockDatabase(String name, DataSource dataSource, Proof proof) {
        this.name = name;
        this.dataSource = dataSource;
        this.proof = proof;
    }

    /** The same by what its name gives now. What was proved counts; each of its connections is compared with that. */
    public LockDatabase by(DataSource other) {
        return other.equals(dataSource) ? this : new LockDatabase(name, other, proof);
    }

    /** A connection; inside a transaction it must be the enlisted one. */
    public Connection connect() throws SQLException {
        return dataSource.getConnection();
    }

    /**
     * A connection for a proof.
     *
     * @param deadline as {@link System#nanoTime()} counts
     * @throws ConnectionTimeout if there is none by then
     */
    Connection open(long deadline) throws SQLException {
        return OPENINGS.open(dataSource, deadline);
    }

    /** A connection for a proof, however long that takes. */
    Connection open(Claim request) {
        try {
            return connect();
        } catch (SQLException e) {
            throw none(e, request);
        }
    }

    private AdvisoryLockException none(SQLException e, Claim request) {
        return new AdvisoryLockException(
                Message.NO_CONNECTION.text(request, this, SqlErrors.firstLine(e)), request.keys(), e);
    }

    /**
     * A connection for a request, however long that takes.
     *
     * @throws AdvisoryLockException if there is none to be had
     * @throws LockGuardException if it leads to another database than that which was proved
     */
    public Connection connect(Claim request) throws SQLException {
        return required(open(request), request);
    }

    /**
     * A connection for a request.
     *
     * @param deadline as {@link System#nanoTime()} counts
     * @throws ConnectionTimeout if there is none by then
     * @throws AdvisoryLockException if there is none to be had
     * @throws LockGuardException if it leads to another database than that which was proved
     */
    public Connection connect(Claim request, long deadline) throws SQLException {
        if (request.isUnlimited()) {
            return connect(request);
        }
        Connection connection;
        try {
            connection = open(request.isImmediate() ? System.nanoTime() + LEAST_NANOS : deadline);
        } catch (ConnectionTimeout e) {
            throw e;
        } catch (SQLException e) {
            throw none(e, request);
        }
        return required(connection, request);
    }

    private Connection required(Connection connection, Claim request) throws SQLException {
        try {
            requireAddress(connection, request);
            if (request.scope() == LockScope.TRANSACTION && isOther(proof.enlists)) {
                requireEnlisted(connection, request);
            }
            return connection;
        } catch (Throwable e) {
            Connections.giveBack(connection);
            throw e;
        }
    }

    /** Refuses a connection to another database, as far as the driver tells. */
    void requireAddress(Connection connection, Claim request) throws SQLException {
        proof.identity.require(connection, request, this);
    }

    /** Whether another look-up gave another DataSource by the same name. */
    public boolean isLookedUpAnew(LockDatabase known) {
        return isOther(known.dataSource);
    }

    private boolean isOther(@Nullable DataSource known) {
        return known != null && known != dataSource && !known.equals(dataSource);
    }

    private void requireEnlisted(Connection connection, Claim request) throws SQLException {
        int backend = backend(connection, request);
        try (Connection second = open(System.nanoTime() + LEAST_NANOS)) {
            requireBackend(second, backend, request);
        }
    }

    /**
     * Refuses a connection that is not of one session.
     *
     * @throws LockGuardException if it has another backend
     */
    public void requireBackend(Connection connection, int backend, Claim request) throws SQLException {
        int own = backend(connection, request);
        if (own != backend) {
            throw refusal(request, Message.NOT_ENLISTED.text(request, this, backend, own));
        }
    }

    /**
     * Refuses to go on if it leads to another database by now.
     *
     * @throws LockGuardException if it does
     */
    public void requireHere(Claim request) throws SQLException {
        try (Connection connection = connect(request)) {
            requireHere(connection, request);
        }
    }

    /** Refuses a connection to another database, if the driver did not tell that already. */
    public void requireHere(Connection connection, Claim request) throws SQLException {
        if (!tellsTransaction() && !identity().isEmpty()) {
            requirePlace(connection, Session.of(connection).place(), request);
        }
    }

    /** The process id of a connection's backend; without a message where the driver tells it. */
    public int backend(Connection connection, Claim request) throws SQLException {
        return proof.identity.backend(connection, request, this);
    }

    /**
     * Refuses an answer that came from another database, where the driver did not tell before.
     *
     * @param place as the server told it; empty if it did not
     */
    public void requirePlace(Connection connection, String place, Claim request) throws SQLException {
        proof.identity.require(connection, request, this, place);
    }

    /** Whether {@link #prove} is to be called. */
    public boolean isUnproved() {
        return proof.isUnproved();
    }

    /** The same for all DataSources that lead to one database, over restarts too; empty before one was proved. */
    public String identity() {
        return proof.identity.get();
    }

    /**
     * Proves, unless that was done, that the locks guard. Costs a few round trips, and up to some seconds on a pool that has no second connection to give; if
     * that keeps the proof from being whole, it is tried again later. One caller does it; others wait for it, without a connection of their own.
     *
     * @param deadline as {@link System#nanoTime()} counts
     * @throws LockGuardException if they do not
     * @throws TimeoutException if that was not known by the deadline
     */
    public void prove(Claim request, long deadline) throws SQLException, TimeoutException, InterruptedException {
        try {
            proof.showTransactions(new TransactionProof(this, dataSource, proof, request, deadline), deadline);
        } catch (ProofFailure e) {
            throw e.told(request);
        }
    }

    /** Whether {@link PostgresLocks#tryOnce} can tell that there is a transaction, which depends on the driver. */
    boolean tellsTransaction() {
        return proof.identity.driver() != null;
    }

    /** See {@link DatabaseIdentity#requireTransaction}. */
    int requireTransaction(Connection connection) throws SQLException {
        return proof.identity.requireTransaction(connection);
    }

    /** Whether {@link #proveSessions} is to be called. */
    public boolean isUnprovedForSessions() {
        return proof.isUnprovedForSessions();
    }

    /**
     * Proves, unless that was done, that sessions keep their locks. To be called without a transaction.
     *
     * @param workers for what may block
     * @return the same for all DataSources that lead to one database, over restarts too
     * @throws LockGuardException if they do not
     */
    public String proveSessions(Claim request, Executor workers)
            throws SQLException, TimeoutException, InterruptedException {
        proof.showSessions(new SessionPoolProof(this, proof, request, workers));
        return identity();
    }

    /** Notes that session locks or elections take a connection from this pool, which transactions use too; tells whether they are the first. */
    public boolean share() {
        return proof.sharers.getAndIncrement() == 0;
    }

    /** Whether one more can be used, besides those of all who share it and one for the work: known since its sessions were proved. */
    public boolean hasSpare() {
        return proof.spare >= proof.sharers.get();
    }

    /**
     * Refuses what a session has told of itself.
     *
     * @throws LockGuardException if its server is a standby, or it is in another database
     */
    void requirePrimary(Connection connection, boolean standby, String place, Claim request) throws SQLException {
        if (standby) {
            throw refusal(request, Message.STANDBY.text(request, this));
        }
        requirePlace(connection, place, request);
    }

    private static LockGuardException refusal(Claim request, String text) {
        return new LockGuardException(text, request.keys(), null);
    }

    /** Whether it is the same DataSource, or was looked up by the same name. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LockDatabase database && database.proof == proof;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(proof);
    }

    @Override
    public String toString() {
        return "DataSource '" + name + "'";
    }
}
