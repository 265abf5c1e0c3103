package org.advisorylock.impl.postgres;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockScope;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.LogMessage;
import org.jspecify.annotations.Nullable;

/**
 * Knows which database a DataSource leads to. A DataSource may choose another database for each connection, for example
 * by tenant, and a lock in one guards nothing in the other.
 *
 * <p>So the address of each connection is compared with the known ones, without a message: the driver tells it, or, if
 * a pool hides the driver, the server tells it with the answer to the lock. For another address the server is asked
 * once. Safe for use by several threads.
 */
final class DatabaseIdentity {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** For more addresses than this the server is asked each time. */
    private static final int MOST_WAYS = 64;

    /** Not a monitor: until Java 24 a virtual thread that waits in one for the network keeps its carrier. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile String identity = "";
    private volatile String shown = "";
    private volatile boolean warned;
    private volatile @Nullable TransactionStatus driver;
    private volatile Address[] addresses = {};
    private final Set<String> places = ConcurrentHashMap.newKeySet();

    /**
     * The same text for all DataSources that lead to one database, over restarts too. Empty before a connection was
     * {@linkplain #meet met}.
     */
    String get() {
        return identity;
    }

    /** Reads what the driver knows; null if a pool hides the driver, or before the first connection. */
    @Nullable
    TransactionStatus driver() {
        return driver;
    }

    /**
     * Asks a connection for its database. The first one decides the database of the DataSource.
     *
     * @throws LockGuardException if it is another one than before
     */
    void meet(Connection connection, Session session, Claim request, LockDatabase by) throws SQLException {
        lock.lock();
        try {
            if (identity.isEmpty()) {
                meetFirst(connection, session, request, by);
                return;
            }
        } finally {
            lock.unlock();
        }
        require(connection, request, by);
        require(connection, request, by, session.place());
    }

    private void meetFirst(Connection connection, Session session, Claim request, LockDatabase by) throws SQLException {
        TransactionStatus told = TransactionStatus.find(connection, session.backend());
        Address address = told == null ? null : told.address(connection);
        String read = read(connection, request, by);
        remember(address, session.place());
        shown = address == null ? session.place() : address.toString();
        driver = told;
        identity = read;
    }

    /**
     * Refuses a connection to another database, as far as the driver tells. Sends no message, unless the address is
     * new.
     *
     * @throws LockGuardException if it is another one
     */
    void require(Connection connection, Claim request, LockDatabase by) throws SQLException {
        TransactionStatus tells = driver;
        if (tells != null && !tells.isAtOneOf(addresses, connection)) {
            compare(connection, request, by, tells.address(connection), "");
        }
    }

    /**
     * The same if a pool hides the driver.
     *
     * @param place the place that the server told; empty if it did not
     */
    void require(Connection connection, Claim request, LockDatabase by, String place) throws SQLException {
        if (driver == null && !identity.isEmpty() && !place.isEmpty() && !places.contains(place)) {
            compare(connection, request, by, null, place);
        }
    }

    /** The process id of a connection's backend. Sends no message, unless a pool hides the driver. */
    int backend(Connection connection, Claim request, LockDatabase by) throws SQLException {
        TransactionStatus tells = driver;
        if (tells != null) {
            return tells.backend(connection);
        }
        Session session = Session.read(connection);
        require(connection, request, by, session.place());
        return session.backend();
    }

    /**
     * Refuses a connection that is not in a transaction block, as PostgreSQL said with its last answer.
     *
     * @return the process id of its backend
     * @throws SQLException with the state of PostgreSQL's own refusals, 25P01
     */
    int requireTransaction(Connection connection) throws SQLException {
        TransactionStatus status = driver;
        int backend = status == null ? 0 : status.backendInTransaction(connection);
        if (backend == 0) {
            throw new SQLException("the statement ran outside a transaction block", SqlErrors.NO_ACTIVE_TRANSACTION);
        }
        return backend;
    }

    private void compare(Connection connection, Claim request, LockDatabase by, @Nullable Address address, String place)
            throws SQLException {
        lock.lock();
        try {
            if (!read(connection, request, by).equals(identity)) {
                String seen = address == null ? place : address.toString();
                throw new LockGuardException(
                        CallMessage.OTHER_DATABASE.text(request, by, shown, seen), request.keys(), null);
            }
            remember(address, place);
        } finally {
            lock.unlock();
        }
    }

    private void remember(@Nullable Address address, String place) {
        if (address == null) {
            if (places.size() < MOST_WAYS) {
                places.add(place);
            }
        } else if (addresses.length < MOST_WAYS) {
            Address[] more = Arrays.copyOf(addresses, addresses.length + 1);
            more[addresses.length] = address;
            addresses = more;
        }
    }

    /** The role may not be allowed to call the functions of the control data, and not every server has them. */
    private String read(Connection connection, Claim request, LockDatabase by) throws SQLException {
        boolean inTransaction = request.scope() == LockScope.TRANSACTION;
        try {
            return ask(connection, inTransaction ? LockSql.LASTING_IDENTITY_IN_TRANSACTION : LockSql.LASTING_IDENTITY);
        } catch (SQLException e) {
            String state = SqlErrors.state(e);
            if (SqlErrors.isConnectionLost(state) || state.equals(SqlErrors.NO_ACTIVE_TRANSACTION)) {
                throw e;
            }
            if (!warned) {
                warned = true;
                LOGGER.log(Level.WARNING, LogMessage.NO_LASTING_IDENTITY.text(by, state, SqlErrors.firstLine(e)));
            }
            if (inTransaction) {
                Statements.execute(connection, LockSql.UNDO_REQUEST);
            } else if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            return ask(connection, LockSql.IDENTITY_UNTIL_RESTART);
        }
    }

    /** Asks a connection in autocommit mode. */
    static String read(Connection connection) throws SQLException {
        try {
            return ask(connection, LockSql.LASTING_IDENTITY);
        } catch (SQLException e) {
            if (SqlErrors.isConnectionLost(SqlErrors.state(e))) {
                throw e;
            }
            return ask(connection, LockSql.IDENTITY_UNTIL_RESTART);
        }
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
            ResultSet rows = Statements.rows(statement);
            rows.next();
            return rows.getString("identity");
        }
    }
}
