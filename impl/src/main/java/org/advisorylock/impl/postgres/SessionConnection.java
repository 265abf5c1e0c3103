package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMode;
import org.jspecify.annotations.Nullable;

/**
 * A connection outside all transactions, whose session holds locks. All methods except {@link #cancel} are for one
 * thread at a time. If the connection may have a lock that nobody knows of, it is {@linkplain #destroy destroyed} and
 * never given back.
 */
public final class SessionConnection {

    /** How many dead connections of a pool are skipped. */
    private static final int MOST_DEAD = 20;

    private final Connection connection;
    private final SessionTimeouts timeouts;
    private final LongSupplier nanoClock;
    private final SessionSettings before;
    private final SessionStatements locks;

    /** When a message was last sent by the pool's connection. */
    private volatile long poolUsed;

    /** Agroal counts a connection twice if abort follows close, so the pool hears only once that it is over. */
    private final AtomicBoolean over = new AtomicBoolean();

    private int answerMillis;
    private boolean waitsForStandbys;
    private String place = "";
    private Incarnation incarnation = new Incarnation("", Duration.ZERO, 0);

    private SessionConnection(
            Connection connection, @Nullable Connection driversOwn, SessionTimeouts timeouts, LongSupplier nanoClock)
            throws SQLException {
        this.nanoClock = nanoClock;
        this.connection = connection;
        this.timeouts = timeouts;
        this.before = new SessionSettings(connection);
        this.locks = new SessionStatements(connection, driversOwn);
    }

    /**
     * Opens a connection.
     *
     * @param timeouts how long the server's answer may take to anything except a wait
     * @throws LockGuardException if the server is a standby
     */
    public static SessionConnection open(
            LockDatabase database, Claim request, SessionTimeouts timeouts, LongSupplier nanoClock)
            throws SQLException {
        List<Connection> dead = new ArrayList<>();
        try {
            while (true) {
                Connection connection = database.open(request);
                dead.add(connection);
                try {
                    database.requireAddress(connection, request);
                    SessionConnection session =
                            new SessionConnection(connection, database.driversOwn(connection), timeouts, nanoClock);
                    boolean standby = session.begin();
                    // Remove by position: a proxy around a connection often is not equal to itself.
                    dead.remove(dead.size() - 1);
                    try {
                        database.requirePrimary(connection, standby, session.place, request);
                    } catch (SQLException | RuntimeException e) {
                        session.close();
                        throw e;
                    }
                    return session;
                } catch (SQLException e) {
                    // A pool without validation first gives the connections that died in it. They are kept aside until
                    // one is alive.
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
            return sendSettings();
        } catch (SQLException | RuntimeException e) {
            before.restoreAfterFailure(connection);
            throw e;
        }
    }

    /** Whether its server is a standby. */
    private boolean sendSettings() throws SQLException {
        answerAfter(Duration.ZERO);
        before.switchToAutoCommit(connection);
        try (PreparedStatement statement = connection.prepareStatement(SessionSql.OPEN_SESSION)) {
            SessionSettings.bind(statement, timeouts);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                before.read(rows);
                locks.begin(rows.getInt("backend"));
                place = rows.getString("place");
                waitsForStandbys = rows.getBoolean("waits_for_standbys");
                Duration age = Duration.ofMillis(Math.max(0, rows.getLong("age")));
                incarnation = new Incarnation(rows.getString("incarnation"), age, nanoClock.getAsLong());
                return rows.getBoolean("standby");
            }
        }
    }

    /** Limits the time for answers to messages that follow a silence. */
    public void answerAfter(Duration silent) throws SQLException {
        if (!locks.isDirect()) {
            poolUsed = nanoClock.getAsLong();
        }
        int millis = Math.max(1, (int) timeouts.answerAfter(silent).toMillis());
        if (millis != answerMillis) {
            Connections.setNetworkTimeout(connection, millis);
            answerMillis = millis;
        }
    }

    /**
     * Whether the current thread may take and release exclusive locks on the driver's own connection. A virtual thread
     * may not: an interrupt would close the socket. And at times the pool's connection must be used, because some pools
     * take back what seems to be forgotten.
     */
    public boolean mayBeUsedDirectly() {
        return locks.canBeDirect()
                && nanoClock.getAsLong() - poolUsed <= timeouts.heartbeat().toNanos()
                && !VirtualThreads.isCurrent();
    }

    /** Chooses whether {@link #exchange} and {@link #unlockEach} use the driver's own connection. */
    public void useDirectly(boolean directly) {
        locks.useDirectly(directly);
    }

    /** The process id of its backend. */
    public int backend() {
        return locks.backend();
    }

    /** The life of its server's memory that the session is in. */
    public Incarnation incarnation() {
        return incarnation;
    }

    /** Identifies its database, over restarts too if the role may read that. */
    public String readIdentity() throws SQLException {
        return DatabaseIdentity.read(connection);
    }

    /**
     * Enters more entries in the roll of a group, for as long as this session lasts, and reads the entries of all
     * others.
     */
    public List<RollCall.Other> callRoll(int group, List<AdvisoryLockKey> more) throws SQLException {
        return RollCall.enter(connection, group, more);
    }

    /** Whether a commit on its server waits for synchronous standbys, which may be away. */
    public boolean waitsForStandbys() {
        return waitsForStandbys;
    }

    /** How long the last statement waited in the server. It can be read once. */
    public long takeWaited() {
        return locks.takeWaited();
    }

    /**
     * Releases some exclusive locks and then tries others. For each one, in this order, the answer tells whether that
     * worked.
     */
    public List<Boolean> exchange(List<AdvisoryLockKey> over, List<AdvisoryLockKey> wanted) throws SQLException {
        return locks.exchange(over, wanted);
    }

    /** Tries each key once, and tells for each whether it is held now. */
    public List<Boolean> tryEach(List<AdvisoryLockKey> keys, LockMode mode) throws SQLException {
        return locks.each(mode == LockMode.SHARED ? SessionSql.TRY_SESSION_SHARED : SessionSql.TRY_SESSION, keys);
    }

    /** Releases each key, and tells for each whether it was held. */
    public List<Boolean> unlockEach(List<AdvisoryLockKey> keys, LockMode mode) throws SQLException {
        return locks.each(mode == LockMode.SHARED ? SessionSql.UNLOCK_SHARED : SessionSql.UNLOCK, keys);
    }

    /**
     * Takes all keys in their order, and waits in the server. If not all were granted, some may be: call
     * {@link #unlockAll}.
     *
     * @return whether all are held now
     */
    public boolean lockAll(List<AdvisoryLockKey> keys, LockMode mode, Duration wait) throws SQLException {
        return locks.await(
                mode == LockMode.SHARED ? SessionSql.LOCK_SESSION_SHARED : SessionSql.LOCK_SESSION, keys, wait);
    }

    /** Takes the first free key of several. Returns its index, or -1. */
    public int tryAny(List<AdvisoryLockKey> keys) throws SQLException {
        return locks.tryAny(keys);
    }

    /** Ends a wait, from another thread. The cancel uses a connection of its own, and may hang if this one hangs. */
    public void cancel() {
        locks.cancel();
    }

    /** Whether another session waits for one of the keys. */
    public boolean isWaitedFor(List<AdvisoryLockKey> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SessionSql.IS_WAITED_FOR)) {
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
    public void sendHeartbeat() throws SQLException {
        locks.number(SessionSql.BACKEND, 1);
    }

    /** A number greater than each one that an earlier holder got for a lock that this session holds. */
    public long token() throws SQLException {
        return locks.number(SessionSql.TOKEN, 4);
    }

    /** The server's clock, in microseconds. */
    public long clock() throws SQLException {
        return locks.number(SessionSql.CLOCK, 2);
    }

    /** Releases everything that this session holds. */
    public void unlockAll() throws SQLException {
        SessionProof.unlockAll(connection);
    }

    /** Restores and gives back a connection that holds nothing. Destroys it if that is impossible. */
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
     * Ends the session in the server and then the connection, whatever it holds. The pool gets back a connection that
     * is visibly dead.
     */
    public void destroy() {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        try (connection) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(SessionSql.END_BACKEND);
            } finally {
                connection.abort(Runnable::run);
            }
        } catch (SQLException expected) {
            locks.forgetWait();
        }
    }
}
