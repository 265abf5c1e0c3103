package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.Message;

/** A DataSource that locks are taken on, and what was proved of it once. Safe for use by several threads. */
public final class LockDatabase {

    private final String name;
    private final DataSource dataSource;
    private volatile boolean proved;

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
    public Connection connect(LockRequest request) {
        try {
            return connect();
        } catch (SQLException e) {
            throw new AdvisoryLockException(
                    Message.NO_CONNECTION.text(request, this, SqlErrors.firstLine(e)), request.keys(), e);
        }
    }

    /**
     * Proves, once, that the database is PostgreSQL, and that two connections of one transaction are one session: a DataSource
     * outside JTA gives two. On a pool of one connection that is outside JTA the second one is waited for as long as the pool does.
     *
     * @param connection the first of the two
     * @throws LockGuardException if one of the two is not so
     */
    public void prove(Connection connection, PostgresLocks locks, LockRequest request) throws SQLException {
        if (proved) {
            return;
        }
        DatabaseMetaData product = connection.getMetaData();
        if (!product.getDatabaseProductName().equals("PostgreSQL")) {
            String text = Message.NOT_POSTGRESQL.text(
                    request, this, product.getDatabaseProductName(), product.getDatabaseProductVersion());
            throw new LockGuardException(text, request.keys(), null);
        }
        try (Connection second = dataSource.getConnection()) {
            int one = locks.backend(connection);
            int other = locks.backend(second);
            if (one != other) {
                throw new LockGuardException(
                        Message.NOT_ENLISTED.text(request, this, one, other), request.keys(), null);
            }
        }
        proved = true;
    }

    @Override
    public String toString() {
        return "DataSource '" + name + "'";
    }
}
