package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLockKey;
import org.jspecify.annotations.Nullable;

/**
 * The statements by which one session takes and releases locks. Each answer must come from the backend with which the
 * session began. Everything but {@link #cancel} is for one thread at a time.
 */
final class SessionStatements {

    private final Connection connection;
    private final @Nullable Connection driversOwn;
    private Connection used;
    private int backend;
    private long waited;
    private volatile @Nullable Statement waiting;

    /** @param driversOwn the driver's own connection behind a pool's; null if the pool hides it */
    SessionStatements(Connection connection, @Nullable Connection driversOwn) {
        this.connection = connection;
        this.driversOwn = driversOwn;
        this.used = connection;
    }

    boolean canBeDirect() {
        return driversOwn != null;
    }

    /** Whether {@link #exchange} and {@link #each} use the driver's own connection. */
    boolean isDirect() {
        return used != connection;
    }

    void useDirectly(boolean directly) {
        used = directly && driversOwn != null ? driversOwn : connection;
    }

    /** Notes the backend with which the session begins. */
    void begin(int first) {
        backend = first;
    }

    int backend() {
        return backend;
    }

    /** How long the last statement waited in the server. It can be read once. */
    long takeWaited() {
        long nanos = waited;
        waited = 0;
        return nanos;
    }

    /**
     * Releases some exclusive locks and then tries others. For each one, in this order, the answer tells whether that
     * worked.
     */
    List<Boolean> exchange(List<AdvisoryLockKey> over, List<AdvisoryLockKey> wanted) throws SQLException {
        if (over.size() + wanted.size() == 1) {
            boolean isOver = wanted.isEmpty();
            AdvisoryLockKey key = (isOver ? over : wanted).get(0);
            if (!key.isPair()) {
                return List.of(one(isOver ? SessionSql.UNLOCK_NUMBER : SessionSql.TRY_NUMBER, key.number()));
            }
        }
        List<AdvisoryLockKey> keys = new ArrayList<>(over);
        keys.addAll(wanted);
        try (PreparedStatement statement = used.prepareStatement(SessionSql.EXCHANGE)) {
            Statements.bindKeys(used, statement, 1, keys);
            Boolean[] isOver = new Boolean[keys.size()];
            Arrays.setAll(isOver, key -> key < over.size());
            statement.setArray(3, used.createArrayOf("bool", isOver));
            return done(statement);
        }
    }

    private boolean one(String sql, long number) throws SQLException {
        try (PreparedStatement statement = used.prepareStatement(sql)) {
            statement.setLong(1, number);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                requireSameBackend(rows.getInt(1));
                return rows.getBoolean(2);
            }
        }
    }

    /** Does the same with each key, and tells for each whether that worked. */
    List<Boolean> each(String sql, List<AdvisoryLockKey> keys) throws SQLException {
        try (PreparedStatement statement = used.prepareStatement(sql)) {
            Statements.bindKeys(used, statement, 1, keys);
            return done(statement);
        }
    }

    private List<Boolean> done(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            List<Boolean> done = new ArrayList<>();
            while (rows.next()) {
                requireSameBackend(rows.getInt("backend"));
                done.add(rows.getBoolean("done"));
            }
            return done;
        }
    }

    /**
     * Takes all keys in their order, and waits in the server. If not all were granted, some may be: release all.
     *
     * @return whether all are held now
     */
    boolean await(String sql, List<AdvisoryLockKey> keys, Duration wait) throws SQLException {
        int timeout = Connections.networkTimeout(connection);
        int longest = (int) Math.min(Integer.MAX_VALUE, wait.toMillis() + timeout);
        try {
            // The server's limit comes first, so a healthy wait never reaches the client's limit.
            Connections.setNetworkTimeout(connection, longest);
            waited = Math.max(0, Math.min(wait.toNanos(), awaitInServer(sql, keys, wait)));
            return true;
        } catch (SQLException e) {
            String state = SqlErrors.state(e);
            if (state.equals(SqlErrors.LOCK_NOT_AVAILABLE) || state.equals(SqlErrors.QUERY_CANCELED)) {
                return false;
            }
            throw e;
        } finally {
            if (!connection.isClosed()) {
                Connections.setNetworkTimeout(connection, timeout);
            }
        }
    }

    /** How long the server says that it waited. */
    private long awaitInServer(String sql, List<AdvisoryLockKey> keys, Duration wait) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, Math.max(1, wait.toMillis()));
            waiting = statement;
            Statements.bindKeys(connection, statement, 2, keys);
            long millis = 0;
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    requireSameBackend(rows.getInt("backend"));
                    millis = rows.getLong("waited");
                }
            }
            return TimeUnit.MILLISECONDS.toNanos(millis);
        } finally {
            waiting = null;
        }
    }

    /** Takes the first free key of several. Returns its index, or -1. */
    int tryAny(List<AdvisoryLockKey> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SessionSql.tryAnyForSession(keys.size()))) {
            for (int slot = 0; slot < keys.size(); slot++) {
                statement.setLong(slot + 1, keys.get(slot).number());
            }
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                requireSameBackend(rows.getInt("backend"));
                return rows.getInt("slot") - 1;
            }
        }
    }

    /** Ends a wait, from another thread. The cancel uses a connection of its own, and may hang if this one hangs. */
    void cancel() {
        Statement statement = waiting;
        if (statement != null) {
            try {
                statement.cancel();
            } catch (SQLException ended) {
                waiting = null;
            }
        }
    }

    /** There is nothing to cancel any more. */
    void forgetWait() {
        waiting = null;
    }

    /** One number of an answer whose first column is the backend. */
    long number(String sql, int column) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            requireSameBackend(rows.getInt(1));
            return rows.getLong(column);
        }
    }

    private void requireSameBackend(int now) throws SQLException {
        if (now != backend) {
            throw new SQLException(
                    "the session moved from backend " + backend + " to " + now + ", as behind a transaction pooler",
                    SqlErrors.PROTOCOL_VIOLATION);
        }
    }
}
