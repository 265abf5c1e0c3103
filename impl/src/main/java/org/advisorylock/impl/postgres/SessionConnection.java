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
import java.util.concurrent.atomic.AtomicBoolean;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMode;
import org.jspecify.annotations.Nullable;

/**
 * A connection outside all transactions, whose session holds locks. Everything but {@link #cancel} is for one thread at a time. A connection
 * that may have a lock of which nobody knows is {@linkplain #destroy destroyed}, never given back.
 */
public final class SessionConnection {

    /** How many dead connections of a pool are passed over. */
    private static final int MOST_DEAD = 20;

    private final Connection connection;
    private final Patience patience;
    private final SessionSettings before;

    /** A pool that is told twice to take a connection back (Agroal, by abort) counts it twice. */
    private final AtomicBoolean over = new AtomicBoolean();

    private int backend;
    private int answerMillis;
    private boolean waitsForStandbys;
    private long waited;
    private String place = "";
    private Incarnation incarnation = new Incarnation("", Duration.ZERO, 0);
    private volatile @Nullable Statement waiting;

    private SessionConnection(Connection connection, Patience patience) throws SQLException {
        this.connection = connection;
        this.patience = patience;
        this.before = new SessionSettings(connection);
    }

    /**
     * Opens one.
     *
     * @param patience how long the server's answer to anything but a wait may take
     * @throws LockGuardException if the server is a standby
     */
    public static SessionConnection open(LockDatabase database, Claim request, Patience patience) throws SQLException {
        List<Connection> dead = new ArrayList<>();
        try {
            while (true) {
                Connection connection = database.open(request);
                dead.add(connection);
                try {
                    database.requireAddress(connection, request);
                    SessionConnection session = new SessionConnection(connection, patience);
                    boolean standby = session.begin();
                    // The last: a proxy round a connection often is not equal to itself.
                    dead.remove(dead.size() - 1);
                    try {
                        database.requirePrimary(connection, standby, session.place, request);
                    } catch (SQLException | RuntimeException e) {
                        session.close();
                        throw e;
                    }
                    return session;
                } catch (SQLException e) {
                    // A pool without validation gives what died in it, first of all: kept aside until one lives.
                    if (!SqlErrors.isConnectionLost(SqlErrors.state(e)) || dead.size() == MOST_DEAD) {
                        throw e;
                    }
                }
            }
        } finally {
            dead.forEach(Connections::giveBack);
        }
    }

    private boolean begin() throws SQLException {
        try {
            return begun();
        } catch (SQLException | RuntimeException e) {
            before.restoreAfterFailure(connection);
            throw e;
        }
    }

    /** Whether its server is a standby. */
    private boolean begun() throws SQLException {
        answerAfter(Duration.ZERO);
        before.switchToAutoCommit(connection);
        try (PreparedStatement statement = connection.prepareStatement(LockSql.OPEN_SESSION)) {
            SessionSettings.bind(statement, patience);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                before.read(rows);
                backend = rows.getInt("backend");
                place = rows.getString("place");
                waitsForStandbys = rows.getBoolean("waits_for_standbys");
                Duration age = Duration.ofMillis(Math.max(0, rows.getLong("age")));
                incarnation = new Incarnation(rows.getString("incarnation"), age, System.nanoTime());
                return rows.getBoolean("standby");
            }
        }
    }

    /** Limits the time for answers to messages that are sent after a silence. */
    public void answerAfter(Duration silent) throws SQLException {
        int millis = Math.max(1, (int) patience.answerAfter(silent).toMillis());
        if (millis != answerMillis) {
            connection.setNetworkTimeout(Runnable::run, millis);
            answerMillis = millis;
        }
    }

    /** The process id of its backend. */
    public int backend() {
        return backend;
    }

    /** Which life of its server's memory it is in. */
    public Incarnation incarnation() {
        return incarnation;
    }

    /** What tells its database from all others, over restarts too if the role may read that. */
    public String readIdentity() throws SQLException {
        return DatabaseIdentity.read(connection);
    }

    /** Enters more in the roll of a group, as long as this session lasts, and reads the entries of all others. */
    public List<RollCall.Other> callRoll(int group, List<AdvisoryLockKey> more) throws SQLException {
        return RollCall.of(connection, group, more);
    }

    /** Whether a commit on its server waits for synchronous standbys, which may be away. */
    public boolean waitsForStandbys() {
        return waitsForStandbys;
    }

    /** For how long the server had the last statement wait, once. */
    public long takeWaited() {
        long nanos = waited;
        waited = 0;
        return nanos;
    }

    /** Lets some exclusive locks go and then tries others; tells for each, in this order, whether that was done. */
    public List<Boolean> exchange(List<AdvisoryLockKey> over, List<AdvisoryLockKey> wanted) throws SQLException {
        List<AdvisoryLockKey> keys = new ArrayList<>(over);
        keys.addAll(wanted);
        try (PreparedStatement statement = connection.prepareStatement(LockSql.EXCHANGE)) {
            Statements.bindKeys(connection, statement, 1, keys);
            Boolean[] isOver = new Boolean[keys.size()];
            Arrays.setAll(isOver, key -> key < over.size());
            statement.setArray(3, connection.createArrayOf("bool", isOver));
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

    /** Tries each key once; tells for each whether it is held now. */
    public List<Boolean> tryEach(List<AdvisoryLockKey> keys, LockMode mode) throws SQLException {
        return each(mode == LockMode.SHARED ? LockSql.TRY_SESSION_SHARED : LockSql.TRY_SESSION, keys, -1);
    }

    /** Lets each key go; tells for each whether it was held. */
    public List<Boolean> unlockEach(List<AdvisoryLockKey> keys, LockMode mode) throws SQLException {
        return each(mode == LockMode.SHARED ? LockSql.UNLOCK_SHARED : LockSql.UNLOCK, keys, -1);
    }

    /**
     * Takes all keys in their order, waiting in the server. If not all were granted some may be: {@link #unlockAll}.
     *
     * @return whether all are held now
     */
    public boolean lockAll(List<AdvisoryLockKey> keys, LockMode mode, Duration wait) throws SQLException {
        int timeout = connection.getNetworkTimeout();
        int longest = (int) Math.min(Integer.MAX_VALUE, wait.toMillis() + timeout);
        try {
            // The server's limit comes first, so that a healthy wait never meets the client's.
            connection.setNetworkTimeout(Runnable::run, longest);
            String sql = mode == LockMode.SHARED ? LockSql.LOCK_SESSION_SHARED : LockSql.LOCK_SESSION;
            each(sql, keys, Math.max(1, wait.toMillis()));
            waited = Math.max(0, Math.min(wait.toNanos(), waited));
            return true;
        } catch (SQLException e) {
            String state = SqlErrors.state(e);
            if (state.equals(SqlErrors.LOCK_NOT_AVAILABLE) || state.equals(SqlErrors.QUERY_CANCELED)) {
                return false;
            }
            throw e;
        } finally {
            if (!connection.isClosed()) {
                connection.setNetworkTimeout(Runnable::run, timeout);
            }
        }
    }

    private List<Boolean> each(String sql, List<AdvisoryLockKey> keys, long wait) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int at = 1;
            if (wait >= 0) {
                statement.setLong(at++, wait);
                waiting = statement;
            }
            Statements.bindKeys(connection, statement, at, keys);
            if (wait < 0) {
                return done(statement);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    requireSameBackend(rows.getInt("backend"));
                    waited = TimeUnit.MILLISECONDS.toNanos(rows.getLong("waited"));
                }
            }
            return List.of();
        } finally {
            waiting = null;
        }
    }

    /** Takes the first free one of several keys; its index, or -1. */
    public int tryAny(List<AdvisoryLockKey> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LockSql.tryAnyForSession(keys.size()))) {
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

    /** Ends a wait, from another thread. The cancel goes over a connection of its own, and may hang where this one does. */
    public void cancel() {
        Statement statement = waiting;
        if (statement != null) {
            try {
                statement.cancel();
            } catch (SQLException ended) {
                waiting = null;
            }
        }
    }

    /** Whether another session waits for one of the keys. */
    public boolean isWaitedFor(List<AdvisoryLockKey> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LockSql.IS_WAITED_FOR)) {
            Statements.bindKeys(connection, statement, 1, keys);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getBoolean(1);
            }
        }
    }

    /** Who holds the request's keys, other than this session. */
    public List<LockInfo> readHolders(Claim request) throws SQLException {
        return LockRows.readHolders(connection, request, false);
    }

    /** Asks for a sign of life. */
    public void beat() throws SQLException {
        number(LockSql.BACKEND, 1);
    }

    /** A number greater than each that was given to an earlier holder of a lock that this session holds. */
    public long token() throws SQLException {
        return number(LockSql.TOKEN, 4);
    }

    /** The server's clock, in microseconds. */
    public long clock() throws SQLException {
        return number(LockSql.CLOCK, 2);
    }

    private long number(String sql, int column) throws SQLException {
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
                    "08P01");
        }
    }

    /** Lets everything go that this session holds. */
    public void unlockAll() throws SQLException {
        SessionProof.unlockAll(connection);
    }

    /** Gives back a connection that holds nothing, as it was; destroys it if that cannot be done. */
    public void close() throws SQLException {
        try {
            before.restore(connection);
        } catch (SQLException | RuntimeException e) {
            destroy();
            throw e;
        }
        if (over.compareAndSet(false, true)) {
            connection.close();
        }
    }

    /**
     * Ends the session in the server and then the connection, whatever it holds. The pool is given back a connection of which it can see that it is
     * dead.
     */
    public void destroy() {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        try (connection) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(LockSql.END_BACKEND);
            } finally {
                connection.abort(Runnable::run);
            }
        } catch (SQLException expected) {
            waiting = null;
        }
    }
}
