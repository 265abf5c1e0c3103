package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.advisorylock.AdvisoryLockKey;

/**
 * Shows that two connections are two sessions, each of which keeps its locks. Behind a pooler that hands out backends for single transactions a lock
 * belongs to whoever comes next, and the release finds another backend.
 *
 * @see <a href="https://www.pgbouncer.org/features.html">PgBouncer: feature map for pooling modes</a>
 */
final class SessionProof {

    /** A direct connection shows itself at once; one that may be pooled needs luck to be caught, and gets more tries. */
    private static final int ROUNDS_DIRECT = 1;

    private static final int ROUNDS_UNKNOWN = 4;
    private static final int ROUNDS_POOLED = 20;

    private record Answer(int backend, boolean done) {}

    private final Connection one;
    private final Connection other;

    /** @param one and another connection, both in autocommit mode, which hold nothing */
    SessionProof(Connection one, Connection other) {
        this.one = one;
        this.other = other;
    }

    /** Why they are no two sessions with locks of their own; empty if they are. */
    String failure() throws SQLException {
        OptionalInt told = backendOfConnect(one);
        int backend = asked(one, LockSql.TRY_SESSION, key()).backend();
        asked(one, LockSql.UNLOCK_ALL);
        int rounds = told.isEmpty() ? ROUNDS_UNKNOWN : told.getAsInt() == backend ? ROUNDS_DIRECT : ROUNDS_POOLED;
        String failure = "";
        for (int round = 0; round < rounds && failure.isEmpty(); round++) {
            failure = failureOfRound(key());
        }
        return failure;
    }

    /** One takes a key in a statement of its own; the other, in a transaction that pins its backend, must not get it. */
    private String failureOfRound(AdvisoryLockKey key) throws SQLException {
        Answer taken = asked(one, LockSql.TRY_SESSION, key);
        other.setAutoCommit(false);
        Answer refused = asked(other, LockSql.TRY_SESSION, key);
        Answer released = asked(one, LockSql.UNLOCK, key);
        Answer free = asked(other, LockSql.TRY_SESSION, key);
        asked(other, LockSql.UNLOCK_ALL);
        other.rollback();
        other.setAutoCommit(true);
        if (refused.backend() == taken.backend() || released.backend() != taken.backend()) {
            asked(one, LockSql.UNLOCK_ALL);
            return "two connections were one backend (" + refused.backend() + ", " + taken.backend()
                    + "), or one moved to " + released.backend();
        }
        if (!taken.done() || !released.done() || refused.done() || !free.done()) {
            return "its locks exclude nobody (free " + taken.done() + ", held by another " + refused.done()
                    + ", released " + released.done() + ", free again " + free.done() + ")";
        }
        return "";
    }

    private static AdvisoryLockKey key() {
        return AdvisoryLockKey.of(ThreadLocalRandom.current().nextLong());
    }

    private static Answer asked(Connection connection, String sql, AdvisoryLockKey key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            PostgresLocks.bindKeys(connection, statement, 1, List.of(key));
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return new Answer(rows.getInt("backend"), rows.getBoolean("done"));
            }
        }
    }

    private static void asked(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** What the server said at connect, which poolers make up; empty where the driver cannot be reached. */
    private static OptionalInt backendOfConnect(Connection connection) {
        try {
            Object driver = driversOwn(connection);
            return OptionalInt.of(
                    (int) driver.getClass().getMethod("getBackendPID").invoke(driver));
        } catch (ReflectiveOperationException | SQLException | RuntimeException unknown) {
            return OptionalInt.empty();
        }
    }

    private static Object driversOwn(Connection connection) throws SQLException {
        for (ClassLoader loader :
                List.of(Thread.currentThread().getContextClassLoader(), SessionProof.class.getClassLoader())) {
            Optional<Class<?>> type = driversType(loader);
            if (type.isPresent()) {
                return connection.unwrap(type.get());
            }
        }
        return connection.unwrap(Connection.class);
    }

    private static Optional<Class<?>> driversType(ClassLoader loader) {
        try {
            return Optional.of(Class.forName("org.postgresql.PGConnection", false, loader));
        } catch (ClassNotFoundException | LinkageError elsewhere) {
            return Optional.empty();
        }
    }
}
