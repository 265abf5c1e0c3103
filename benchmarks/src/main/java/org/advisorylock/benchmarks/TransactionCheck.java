package org.advisorylock.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * A way to take a lock and to find out whether the connection is in a transaction, so that the lock outlives its own
 * statement.
 */
enum TransactionCheck {
    SAVEPOINT("SAVEPOINT in the same message") {
        @Override
        boolean isInTransaction(Connection connection) throws SQLException {
            try {
                SAVEPOINT_LOCK.send(connection);
                return true;
            } catch (SQLException e) {
                if ("25P01".equals(e.getSQLState())) {
                    return false;
                }
                throw e;
            }
        }
    },
    NOW_AT_ONCE("now() twice, in the same message") {
        @Override
        boolean isInTransaction(Connection connection) throws SQLException {
            List<String> times = LOCK_NOW_NOW.send(connection);
            return times.get(0).equals(times.get(1));
        }
    },
    NOW_LATER("now() twice, in two messages") {
        @Override
        boolean isInTransaction(Connection connection) throws SQLException {
            return LOCK_NOW.send(connection).equals(NOW.send(connection));
        }
    },
    PG_LOCKS_AT_ONCE("pg_locks, in the same message") {
        @Override
        boolean isInTransaction(Connection connection) throws SQLException {
            return LOCK_AND_LOOK.send(connection).get(1).equals("t");
        }
    },
    PG_LOCKS_LATER("pg_locks, in a second message") {
        @Override
        boolean isInTransaction(Connection connection) throws SQLException {
            PLAIN.send(connection);
            return LOOK.send(connection).get(0).equals("t");
        }
    },
    STATUS("the status that the driver keeps of the last answer") {
        @Override
        boolean isInTransaction(Connection connection) throws SQLException {
            PLAIN.send(connection);
            return connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.OPEN;
        }
    },
    AUTO_COMMIT("getAutoCommit(), sending nothing") {
        @Override
        boolean isInTransaction(Connection connection) throws SQLException {
            PLAIN.send(connection);
            return !connection.getAutoCommit();
        }
    };

    private static final long KEY = 8_015_735_672_841_234_567L;
    private static final String LOCK_SQL = "SELECT pg_catalog.pg_advisory_xact_lock(?)";
    private static final String LOOK_SQL =
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.granted"
                    + " AND l.pid = pg_catalog.pg_backend_pid() AND l.objsubid = 1"
                    + " AND (l.classid::bigint << 32) | l.objid::bigint = ?)";

    private static final StatementBatch PLAIN = StatementBatch.of(LOCK_SQL, KEY);
    private static final StatementBatch SAVEPOINT_LOCK =
            StatementBatch.of("SAVEPOINT proof;\n" + LOCK_SQL + ";\nRELEASE SAVEPOINT proof", KEY);
    private static final StatementBatch LOCK_NOW =
            StatementBatch.of("SELECT pg_catalog.now(), pg_catalog.pg_advisory_xact_lock(?)", KEY);
    private static final StatementBatch NOW = StatementBatch.of("SELECT pg_catalog.now()");
    private static final StatementBatch LOCK_NOW_NOW = StatementBatch.of(LOCK_NOW.sql() + ";\n" + NOW.sql(), KEY);
    private static final StatementBatch LOOK = StatementBatch.of(LOOK_SQL, KEY);
    private static final StatementBatch LOCK_AND_LOOK = StatementBatch.of(LOCK_SQL + ";\n" + LOOK_SQL, KEY, KEY);

    private final String text;

    TransactionCheck(String text) {
        this.text = text;
    }

    /** Takes the lock and tells. */
    abstract boolean isInTransaction(Connection connection) throws SQLException;

    @Override
    public String toString() {
        return text;
    }
}
