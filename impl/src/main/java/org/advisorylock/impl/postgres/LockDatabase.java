package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockScope;
import org.advisorylock.impl.CallMessage;
import org.jspecify.annotations.Nullable;

/**
 * A DataSource for locks, with the proof that its locks guard. A server may make a new object each time it looks up a
 * name. DataSources of one name are equal and share the proof. Safe for use by several threads.
 */
public final class LockDatabase {

    /** A caller that does not wait still gives connections and proofs this long, because they take some time. */
    public static final long LEAST_NANOS = 1_000_000_000L;

    static final int PROOF_MILLIS = 5000;

    private static final LongSupplier CLOCK = System::nanoTime;

    private static final OpeningWatch OPENINGS = new OpeningWatch(CLOCK);

    private final String name;
    private final DataSource dataSource;
    private final Proofs proof;

    /** @param name for messages */
    public LockDatabase(String name, DataSource dataSource) {
        this(name, dataSource, new Proofs(CLOCK));
    }

    private LockDatabase(String name, DataSource dataSource, Proofs proof) {
        this.name = name;
        this.dataSource = dataSource;
        this.proof = proof;
    }

    /**
     * The same with the DataSource that the name gives now. It shares the proof, and each of its connections is
     * compared with that.
     */
    public LockDatabase by(DataSource other) {
        return other == dataSource ? this : new LockDatabase(name, other, proof);
    }

    /** A connection; inside a transaction it must be the enlisted one. */
    public Connection connect() throws SQLException {
        return dataSource.getConnection();
    }

    /**
     * A connection for a proof.
     *
     * @param deadline by {@link System#nanoTime()}
     * @throws ConnectionTimeout if there is none before the deadline
     */
    Connection open(long deadline) throws SQLException {
        return OPENINGS.open(dataSource, deadline, proof.spareConnections);
    }

    /** A connection for a proof, however long that takes. */
    Connection open(Claim request) {
        try {
            return connect();
        } catch (SQLException e) {
            throw toException(e, request);
        }
    }

    private AdvisoryLockException toException(SQLException e, Claim request) {
        return new AdvisoryLockException(
                CallMessage.NO_CONNECTION.text(request, this, SqlErrors.firstLine(e)), request.keys(), e);
    }

    /**
     * A connection for a request, however long that takes.
     *
     * @throws AdvisoryLockException if there is none
     * @throws LockGuardException if it leads to another database than the proved one
     */
    public Connection connect(Claim request) throws SQLException {
        return check(open(request), request);
    }

    /**
     * A connection for a request.
     *
     * @param deadline by {@link System#nanoTime()}
     * @throws ConnectionTimeout if there is none before the deadline
     * @throws AdvisoryLockException if there is none
     * @throws LockGuardException if it leads to another database than the proved one
     */
    public Connection connect(Claim request, long deadline) throws SQLException {
        if (request.isUnlimited()) {
            return connect(request);
        }
        Connection connection;
        try {
            connection = open(request.isImmediate() ? CLOCK.getAsLong() + LEAST_NANOS : deadline);
        } catch (ConnectionTimeout e) {
            throw e;
        } catch (SQLException e) {
            throw toException(e, request);
        }
        return check(connection, request);
    }

    private Connection check(Connection connection, Claim request) throws SQLException {
        try {
            requireAddress(connection, request);
            if (request.scope() == LockScope.TRANSACTION) {
                proof.enlistment.require(connection, dataSource, request, this);
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

    /** Whether another look-up of the same name gave another DataSource. */
    public boolean isLookedUpAnew(LockDatabase known) {
        return known.dataSource != dataSource;
    }

    /** Whether the two may be one pool. DataSources that are equal may also lead to different databases. */
    public boolean mayBe(LockDatabase other) {
        return equals(other) || dataSource.equals(other.dataSource);
    }

    /**
     * Refuses a connection of another session.
     *
     * @throws LockGuardException if it has another backend
     */
    public void requireBackend(Connection connection, int backend, Claim request) throws SQLException {
        EnlistmentProof.requireBackend(connection, backend, request, this);
    }

    /**
     * Refuses to go on if the DataSource leads to another database now.
     *
     * @throws LockGuardException if it does
     */
    public void requireHere(Claim request) throws SQLException {
        try (Connection connection = connect(request)) {
            requireHere(connection, request);
        }
    }

    /**
     * The same, if there is a connection soon.
     *
     * @throws ConnectionTimeout if there is none within that time
     */
    public void requireHere(Claim request, Duration soon) throws SQLException {
        try (Connection connection = open(CLOCK.getAsLong() + soon.toNanos())) {
            requireAddress(connection, request);
            requireHere(connection, request);
        }
    }

    /** Refuses a connection to another database, if the driver did not tell that already. */
    public void requireHere(Connection connection, Claim request) throws SQLException {
        if (!tellsTransaction() && !identity().isEmpty()) {
            requirePlace(connection, Session.read(connection).place(), request);
        }
    }

    /** The process id of a connection's backend. Sends no message if the driver tells it. */
    public int backend(Connection connection, Claim request) throws SQLException {
        return proof.identity.backend(connection, request, this);
    }

    /**
     * Refuses an answer from another database, if the driver did not tell that before.
     *
     * @param place the place that the server told; empty if it did not
     */
    public void requirePlace(Connection connection, String place, Claim request) throws SQLException {
        proof.identity.require(connection, request, this, place);
    }

    /** Finds out who uses a key with another number of permits. */
    public OtherPermits otherPermits() {
        return proof.otherPermits;
    }

    /** Whether {@link #prove} must be called. */
    public boolean isUnproved() {
        return proof.isUnproved();
    }

    /** The same text for all DataSources that lead to one database, over restarts too. Empty before the first proof. */
    public String identity() {
        return proof.identity.get();
    }

    /**
     * Proves once that the locks guard. It costs a few round trips. If the pool has no second connection, it takes up
     * to some seconds, and the missing part of the proof is tried again later. One caller proves; the others wait for
     * it, without a connection of their own.
     *
     * @param deadline by {@link System#nanoTime()}
     * @throws LockGuardException if the locks do not guard
     * @throws TimeoutException if that was not known before the deadline
     */
    public void prove(Claim request, long deadline) throws SQLException, TimeoutException, InterruptedException {
        try {
            proof.showTransactions(new TransactionProof(this, dataSource, proof, request, deadline), deadline);
        } catch (ProofFailure e) {
            throw e.toException(request);
        }
    }

    /** Whether {@link PostgresLocks#tryOnce} can tell that there is a transaction, which depends on the driver. */
    boolean tellsTransaction() {
        return proof.identity.driver() != null;
    }

    /** The driver's own connection behind a pool's. Null if the pool hides it. */
    @Nullable
    public Connection driversOwn(Connection connection) throws SQLException {
        TransactionStatus driver = proof.identity.driver();
        return driver == null ? null : driver.driversOwn(connection);
    }

    /** See {@link DatabaseIdentity#requireTransaction}. */
    int requireTransaction(Connection connection) throws SQLException {
        return proof.identity.requireTransaction(connection);
    }

    /** Whether {@link #proveSessions} must be called. */
    public boolean isUnprovedForSessions() {
        return proof.isUnprovedForSessions();
    }

    /**
     * Proves once that sessions keep their locks. Call it without a transaction.
     *
     * @param workers for work that may block
     * @return the same text for all DataSources that lead to one database, over restarts too
     * @throws LockGuardException if they do not
     */
    public String proveSessions(Claim request, Executor workers)
            throws SQLException, TimeoutException, InterruptedException {
        proof.showSessions(new SessionPoolProof(this, proof, request, workers));
        return identity();
    }

    /** Knows whether the pool has connections to spare. The proof of sessions counts them. */
    public SpareConnections spareConnections() {
        return proof.spareConnections;
    }

    /**
     * Refuses a session of a standby, or of another database.
     *
     * @throws LockGuardException if it is one of them
     */
    void requirePrimary(Connection connection, boolean standby, String place, Claim request) throws SQLException {
        if (standby) {
            throw new LockGuardException(CallMessage.STANDBY.text(request, this), request.keys(), null);
        }
        requirePlace(connection, place, request);
    }

    /** Whether it is the same DataSource, or has the same name. */
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
