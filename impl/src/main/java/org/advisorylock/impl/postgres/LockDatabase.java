package org.advisorylock.impl.postgres;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.Message;
import org.advisorylock.spi.Printable;
import org.jspecify.annotations.Nullable;

/** A DataSource that locks are taken on, and what was proved of it once. Safe for use by several threads. */
public final class LockDatabase {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    private static final long SECOND_CONNECTION_SECONDS = 5;
    private static final int PROOF_MILLIS = 5000;
    private static final long SPARE_CONNECTION_SECONDS = 1;

    /** One for a waiter, besides those of session locks, of elections, and of the work. */
    private static final int MOST_SPARE = 2;

    private final String name;
    private final DataSource dataSource;
    private final ReentrantLock proving = new ReentrantLock();
    private volatile @Nullable TransactionStatus transactionStatus;
    private volatile String identity = "";
    private volatile String sessionIdentity = "";
    private final AtomicInteger sharers = new AtomicInteger();
    private volatile int spare;

    /** @param name for people */
    public LockDatabase(String name, DataSource dataSource) {
        this.name = name;
        this.dataSource = dataSource;
    }

    /** A connection; inside a transaction it must be the enlisted one. */
    public Connection connect() throws SQLException {
        return dataSource.getConnection();
    }

    /**
     * A connection for a request.
     *
     * @throws AdvisoryLockException if there is none to be had
     */
    public Connection connect(Claim request) {
        try {
            return connect();
        } catch (SQLException e) {
            throw new AdvisoryLockException(
                    Message.NO_CONNECTION.text(request, this, SqlErrors.firstLine(e)), request.keys(), e);
        }
    }

    /** Whether {@link #prove} is still to be called. */
    public boolean isUnproved() {
        return identity.isEmpty();
    }

    /** The same for all DataSources that lead to one database; empty before it was proved. */
    public String identity() {
        return identity;
    }

    /**
     * Proves, unless that was done, that the database is PostgreSQL, that two connections of one transaction are one session (a DataSource outside JTA
     * gives two), and that its locks exclude another session. Costs a few round trips, and up to some seconds on a pool that has no
     * second connection to give. One caller does it; others wait for it, without a connection of their own.
     *
     * @throws LockGuardException if one of the three is not so
     */
    public void prove(Claim request) throws SQLException {
        proving.lock();
        try {
            if (identity.isEmpty()) {
                identity = proved(request);
            }
        } finally {
            proving.unlock();
        }
    }

    private String proved(Claim request) throws SQLException {
        try (Connection connection = connect(request)) {
            DatabaseMetaData product = connection.getMetaData();
            if (!product.getDatabaseProductName().equals("PostgreSQL")) {
                throw refusal(request, Message.NOT_POSTGRESQL.text(request, this, describe(product)));
            }
            String one = session(connection);
            try (Connection second = connect()) {
                String other = session(second);
                if (!one.equals(other)) {
                    throw refusal(request, Message.NOT_ENLISTED.text(request, this, backend(one), backend(other)));
                }
            }
            String failure = new SelfTest(dataSource).failure(connection);
            if (!failure.isEmpty()) {
                throw refusal(request, Message.NO_REAL_LOCKS.text(request, this, describe(product), failure));
            }
            transactionStatus = TransactionStatus.of(connection, Integer.parseInt(backend(one)));
            return one.substring(one.indexOf(' ') + 1);
        }
    }

    /** Whether {@link #requireTransaction} can tell, which depends on the driver. */
    boolean tellsTransaction() {
        return transactionStatus != null;
    }

    /**
     * Refuses a connection that is not in a transaction block, as PostgreSQL said with its last answer.
     *
     * @return the process id of its backend
     * @throws SQLException with the state of PostgreSQL's own refusals, 25P01
     */
    int requireTransaction(Connection connection) throws SQLException {
        TransactionStatus status = transactionStatus;
        int backend = status == null ? 0 : status.backendInTransaction(connection);
        if (backend == 0) {
            throw new SQLException("the statement ran outside a transaction block", SqlErrors.NO_ACTIVE_TRANSACTION);
        }
        return backend;
    }

    /**
     * Proves, unless that was done, that the database is PostgreSQL, and that two connections outside transactions are two sessions with locks of their
     * own; where the pool has no second one to give within some seconds, only the first. To be called without a transaction.
     *
     * @param workers for what may block
     * @return the same for all DataSources that lead to one database
     * @throws LockGuardException if one of the two is not so
     */
    public String proveSessions(Claim request, Executor workers) throws SQLException {
        if (!sessionIdentity.isEmpty()) {
            return sessionIdentity;
        }
        proving.lock();
        try {
            if (sessionIdentity.isEmpty()) {
                sessionIdentity = provedSessions(request, workers);
            }
            return sessionIdentity;
        } finally {
            proving.unlock();
        }
    }

    private String provedSessions(Claim request, Executor workers) throws SQLException {
        try (Connection one = connect(request)) {
            DatabaseMetaData product = one.getMetaData();
            if (!product.getDatabaseProductName().equals("PostgreSQL")) {
                throw refusal(request, Message.NOT_POSTGRESQL.text(request, this, describe(product)));
            }
            // Everybody waits for this.
            int timeoutBefore = one.getNetworkTimeout();
            one.setNetworkTimeout(Runnable::run, PROOF_MILLIS);
            String session = session(one);
            CompletableFuture<Connection> second = CompletableFuture.supplyAsync(() -> connect(request), workers);
            try (Connection other = second.get(SECOND_CONNECTION_SECONDS, TimeUnit.SECONDS)) {
                one.setAutoCommit(true);
                other.setAutoCommit(true);
                other.setNetworkTimeout(Runnable::run, PROOF_MILLIS);
                String failure = new SessionProof(one, other).failure();
                if (!failure.isEmpty()) {
                    throw refusal(request, Message.NO_SESSIONS.text(request, this, failure));
                }
                other.setNetworkTimeout(Runnable::run, timeoutBefore);
                spare = spare(request, workers, MOST_SPARE);
            } catch (InterruptedException | ExecutionException | TimeoutException none) {
                Object unused = second.thenAccept(LockDatabase::giveBack);
            }
            one.setNetworkTimeout(Runnable::run, timeoutBefore);
            return session.substring(session.indexOf(' ') + 1);
        } catch (SQLException e) {
            throw refusal(request, Message.NO_SESSIONS.text(request, this, SessionProof.preparedElsewhere(e)));
        }
    }

    /** How many more connections it gives, up to so many. */
    private int spare(Claim request, Executor workers, int most) throws SQLException, InterruptedException {
        if (most == 0) {
            return 0;
        }
        CompletableFuture<Connection> another = CompletableFuture.supplyAsync(() -> connect(request), workers);
        try (Connection given = another.get(SPARE_CONNECTION_SECONDS, TimeUnit.SECONDS)) {
            return given.isClosed() ? 0 : 1 + spare(request, workers, most - 1);
        } catch (ExecutionException | TimeoutException none) {
            Object unused = another.thenAccept(LockDatabase::giveBack);
            return 0;
        }
    }

    /** Notes that session locks or elections take a connection from this pool, which transactions use too; tells whether they are the first. */
    public boolean share() {
        return sharers.getAndIncrement() == 0;
    }

    /** Whether one more can be used, besides those of all who share it and one for the work: known since its sessions were proved. */
    public boolean hasSpare() {
        return spare >= sharers.get();
    }

    /**
     * What tells the database from all others, over restarts too.
     *
     * @throws LockGuardException if its server is a standby
     */
    public String lastingIdentity(Claim request) throws SQLException {
        try (Connection connection = connect(request)) {
            int timeoutBefore = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, PROOF_MILLIS);
            try (PreparedStatement statement = connection.prepareStatement(LockSql.LASTING_IDENTITY);
                    ResultSet rows = statement.executeQuery()) {
                rows.next();
                connection.setNetworkTimeout(Runnable::run, timeoutBefore);
                if (rows.getBoolean("standby")) {
                    throw refusal(request, Message.STANDBY.text(request, this));
                }
                return rows.getString("identity");
            }
        }
    }

    /** Gives back a connection that is of no use. */
    static void giveBack(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOGGER.log(
                    Level.DEBUG,
                    () -> Printable.message("a connection that is of no use could not be given back: " + e));
        }
    }

    /** The process id of the session that a connection of this transaction has. */
    public int backend(Claim request) throws SQLException {
        try (Connection connection = connect(request)) {
            return Integer.parseInt(backend(session(connection)));
        }
    }

    private static LockGuardException refusal(Claim request, String text) {
        return new LockGuardException(text, request.keys(), null);
    }

    private static String describe(DatabaseMetaData product) throws SQLException {
        return product.getDatabaseProductName() + " " + product.getDatabaseProductVersion();
    }

    /** The backend, then the database. */
    private static String session(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LockSql.SESSION);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static String backend(String session) {
        return session.substring(0, session.indexOf(' '));
    }

    @Override
    public String toString() {
        return "DataSource '" + name + "'";
    }
}
