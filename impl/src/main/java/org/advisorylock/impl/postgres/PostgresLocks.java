package org.advisorylock.impl.postgres;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMode;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.LogMessage;

/**
 * Sends lock requests over a connection. If a method throws an SQLException, PostgreSQL's transaction is aborted. Safe
 * for use by several threads.
 */
public final class PostgresLocks implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    private static final long LONG_WAIT_MILLIS = 1000;

    private final IsolationPolicy policy;
    private final boolean anyIsolation;
    private final AtomicBoolean warned = new AtomicBoolean();
    private final InterruptWatch interrupts = new InterruptWatch();

    public PostgresLocks(IsolationPolicy policy) {
        this.policy = policy;
        this.anyIsolation = policy != IsolationPolicy.FAIL;
    }

    /**
     * What PostgreSQL answered.
     *
     * @param outcome whether the keys are held
     * @param isolation the transaction's isolation level, in PostgreSQL's words; empty after a timeout
     * @param backend the process id of the session's backend; 0 after a timeout
     * @param slot if any one of several keys was wanted, the index of the granted one; else -1
     * @param place the place for {@link LockDatabase#requirePlace}; empty if the driver tells it, and after a timeout
     */
    public record Answer(Result outcome, String isolation, int backend, int slot, String place) {

        /** The wait has ended without the lock. */
        public static final Answer TIMED_OUT = new Answer(Result.TIMED_OUT, "", 0);

        private Answer(Result outcome, String isolation, int backend) {
            this(outcome, isolation, backend, -1, "");
        }
    }

    /** The ways in which a request ends without an error. */
    public enum Result {
        GRANTED,
        /** An immediate request was refused; the transaction is unchanged. */
        BUSY,
        /** The wait ended. The request must be {@linkplain #undo undone} before the transaction can go on. */
        TIMED_OUT,
        /** The thread was interrupted. The request must be {@linkplain #undo undone}, too. */
        INTERRUPTED,
        /** The lock guards nothing, because the server is a standby. */
        STANDBY,
        /** The lock guards nothing, because the isolation level makes later reads stale. */
        STALE
    }

    /**
     * Whether to {@linkplain #tryOnce try} a request before it waits. A free lock then needs less of the server's time,
     * and a taken one costs one round trip more. A caller that waits only briefly expects the lock to be taken.
     */
    public boolean isTriedFirst(LockDatabase database, Claim request) {
        return (request.waitMillis() <= 0 || request.waitMillis() >= LONG_WAIT_MILLIS)
                && !LockSql.isSeveral(request)
                && database.tellsTransaction();
    }

    /**
     * Takes the only key if it is free, in one message. The message cannot fail because of a lock, so it needs no
     * savepoint.
     *
     * @throws SQLException with the state 25P01 outside a transaction block
     */
    public Answer tryOnce(LockDatabase database, Connection connection, Claim request) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LockSql.tryOnce(request))) {
            statement.setLong(1, request.keys().get(0).number());
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    throw toNotAllException(request, 0);
                }
                String isolation = rows.getString(1);
                Result outcome = outcome(rows.getBoolean(2), isolation, rows.getBoolean(3));
                return new Answer(outcome, isolation, database.requireTransaction(connection));
            }
        }
    }

    /** Takes all keys or none, in one message, and waits in the server. */
    public Answer acquire(LockDatabase database, Connection connection, Claim request) throws SQLException {
        try (PreparedStatement statement = prepare(database, connection, LockSql.acquire(request))) {
            bind(connection, statement, request);
            return request.isImmediate() ? send(database, statement, request) : watch(database, statement, request);
        }
    }

    /** Takes the first free key of several, in one message, without waiting. */
    public Answer acquireAny(LockDatabase database, Connection connection, List<AdvisoryLockKey> slots, Claim request)
            throws SQLException {
        try (PreparedStatement statement = prepare(database, connection, LockSql.tryAny(slots.size()))) {
            for (int slot = 0; slot < slots.size(); slot++) {
                statement.setLong(slot + 1, slots.get(slot).number());
            }
            statement.execute();
            ResultSet rows = Statements.rows(statement);
            if (!rows.next()) {
                throw toNotAllException(request, 0);
            }
            int slot = rows.getInt("slot") - 1;
            String isolation = rows.getString("isolation");
            return new Answer(
                    outcome(rows.getBoolean("standby"), isolation, slot >= 0),
                    isolation,
                    rows.getInt("backend"),
                    slot,
                    place(database, rows));
        }
    }

    private static PreparedStatement prepare(LockDatabase database, Connection connection, String sql)
            throws SQLException {
        return Statements.prepare(connection, database.tellsTransaction() ? sql : LockSql.withPlace(sql));
    }

    private static String place(LockDatabase database, ResultSet rows) throws SQLException {
        return database.tellsTransaction() ? "" : rows.getString("place");
    }

    private Answer watch(LockDatabase database, PreparedStatement statement, Claim request) throws SQLException {
        InterruptWatch.WatchedStatement wait = interrupts.begin(statement);
        try {
            return send(database, statement, request);
        } catch (SQLException e) {
            if (wait.isCancelled() && SqlErrors.state(e).equals(SqlErrors.QUERY_CANCELED)) {
                return new Answer(Result.INTERRUPTED, "", 0);
            }
            throw e;
        } finally {
            interrupts.end(wait);
        }
    }

    private Answer send(LockDatabase database, PreparedStatement statement, Claim request) throws SQLException {
        try {
            statement.execute();
            return answer(database, Statements.rows(statement), request);
        } catch (SQLException e) {
            if (SqlErrors.state(e).equals(SqlErrors.LOCK_NOT_AVAILABLE)) {
                return Answer.TIMED_OUT;
            }
            throw e;
        }
    }

    private void bind(Connection connection, PreparedStatement statement, Claim request) throws SQLException {
        List<AdvisoryLockKey> keys = request.keys();
        if (LockSql.isSeveral(request)) {
            statement.setLong(1, request.waitMillis());
            Statements.bindNumbers(connection, statement, 2, keys);
            if (LockSql.hasPairs(request)) {
                Statements.bindKinds(connection, statement, 3, keys);
            }
        } else if (request.isImmediate()) {
            statement.setLong(1, keys.get(0).number());
        } else {
            statement.setString(1, Long.toString(Math.max(0, request.waitMillis())));
            statement.setLong(2, keys.get(0).number());
        }
    }

    private Answer answer(LockDatabase database, ResultSet rows, Claim request) throws SQLException {
        if (!rows.next()) {
            throw toNotAllException(request, 0);
        }
        boolean granted =
                !LockSql.isSeveral(request) ? rows.getBoolean("granted") : isAll(request, rows.getInt("locked"));
        String isolation = rows.getString("isolation");
        return new Answer(
                outcome(rows.getBoolean("standby"), isolation, granted),
                isolation,
                rows.getInt("backend"),
                -1,
                place(database, rows));
    }

    private static boolean isAll(Claim request, int locked) {
        if (locked != request.keys().size()) {
            throw toNotAllException(request, locked);
        }
        return true;
    }

    private static LockGuardException toNotAllException(Claim request, int answered) {
        String text = CallMessage.NOT_ALL_LOCKED.text(
                request, answered, request.keys().size());
        return new LockGuardException(text, request.keys(), null);
    }

    private Result outcome(boolean standby, String isolation, boolean granted) {
        if (standby) {
            return Result.STANDBY;
        }
        if (!anyIsolation && !Snapshot.isFresh(isolation)) {
            return Result.STALE;
        }
        if (granted) {
            warnOf(isolation);
        }
        return granted ? Result.GRANTED : Result.BUSY;
    }

    private void warnOf(String isolation) {
        if (policy == IsolationPolicy.WARN && !Snapshot.isFresh(isolation) && warned.compareAndSet(false, true)) {
            LOGGER.log(Level.WARNING, LogMessage.STALE_SNAPSHOT_ALLOWED.text(isolation.toUpperCase(Locale.ROOT)));
        }
    }

    /** After {@link Result#TIMED_OUT}: makes the transaction usable again. */
    public void undo(Connection connection) throws SQLException {
        Statements.execute(connection, LockSql.UNDO_REQUEST);
    }

    /**
     * Begins a part that can be {@linkplain #undo undone} as a whole: several requests, each of which can be undone
     * before.
     */
    public void mark(Connection connection) throws SQLException {
        Statements.execute(connection, LockSql.MARK);
    }

    /** Keeps everything that was granted since the {@linkplain #mark mark}. */
    public void release(Connection connection) throws SQLException {
        Statements.execute(connection, LockSql.RELEASE);
    }

    /**
     * Who else holds one of the keys.
     *
     * @param undo whether to {@link #undo} first, in the same message
     */
    public List<LockInfo> readHolders(Connection connection, Claim request, boolean undo) throws SQLException {
        return LockRows.readHolders(connection, request, undo);
    }

    /**
     * The isolation level of a transaction that has read already and keeps its snapshot. Empty if each statement has a
     * snapshot of its own, or if nothing was read yet. If it is not empty, the transaction is aborted afterwards.
     */
    public Optional<String> staleIsolation(Connection connection) throws SQLException {
        return anyIsolation ? Optional.empty() : Snapshot.staleIsolation(connection);
    }

    /** Ends the thread that looks at the waits. */
    @Override
    public void close() {
        interrupts.close();
    }

    /** How many of the keys this session holds in that mode or a stronger one. */
    public int countHeld(Connection connection, List<AdvisoryLockKey> keys, LockMode mode) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LockSql.COUNT_HELD)) {
            statement.setBoolean(1, mode == LockMode.SHARED);
            Statements.bindKeys(connection, statement, 2, keys);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }
}
