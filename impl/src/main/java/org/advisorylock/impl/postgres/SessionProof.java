package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.advisorylock.AdvisoryLockKey;

/**
 * Proves that two connections are two sessions, and that each keeps its locks. Some poolers lend a backend for one
 * transaction only. Behind these a lock would belong to the next client, and the release would reach another backend.
 *
 * @see <a href="https://www.pgbouncer.org/features.html">PgBouncer: feature map for pooling modes</a>
 */
final class SessionProof {

    /**
     * A direct connection needs one round. A pool shows itself only by chance, so a connection that may be pooled gets
     * more rounds.
     */
    private static final int ROUNDS_DIRECT = 1;

    private static final int ROUNDS_UNKNOWN = 4;
    private static final int ROUNDS_POOLED = 20;

    /** Prepared statements belong to a session. These are the states for a name that is already known, or unknown. */
    private static final Set<String> PREPARED_ELSEWHERE = Set.of("42P05", "26000");

    private final Connection one;
    private final Connection other;

    /** @param one and another connection, both in autocommit mode, which hold nothing */
    SessionProof(Connection one, Connection other) {
        this.one = one;
        this.other = other;
    }

    /**
     * Why they are not two sessions with locks of their own; empty if they are. Nothing is locked before it is clear
     * that they are two.
     */
    String findFailure() throws SQLException {
        try {
            OptionalInt told = backendOfConnect(one);
            int rounds =
                    told.isEmpty() ? ROUNDS_UNKNOWN : told.getAsInt() == backend(one) ? ROUNDS_DIRECT : ROUNDS_POOLED;
            String failure = "";
            for (int round = 0; round < rounds && failure.isEmpty(); round++) {
                failure = testTwoSessions();
            }
            return failure.isEmpty() ? testLocks(key()) : failure;
        } catch (SQLException e) {
            return preparedElsewhere(e);
        }
    }

    /**
     * The meaning of an error, if it comes from two connections that share a backend. Any other error is thrown again.
     */
    static String preparedElsewhere(SQLException e) throws SQLException {
        if (!PREPARED_ELSEWHERE.contains(SqlErrors.state(e))) {
            throw e;
        }
        return "a statement that one connection had prepared was known to another, or not to itself ("
                + SqlErrors.state(e) + ": " + SqlErrors.firstLine(e) + ")";
    }

    /**
     * Asks one connection for its backend, in statements of its own, while the other one keeps a backend busy with a
     * transaction.
     */
    private String testTwoSessions() throws SQLException {
        int first = backend(one);
        other.setAutoCommit(false);
        int pinned = backend(other);
        int then = backend(one);
        other.rollback();
        other.setAutoCommit(true);
        return pinned == first || then != first
                ? "two connections were one backend (" + pinned + ", " + first + "), or one moved to " + then
                : "";
    }

    /** One connection takes a key, and the other one must not get it. */
    private String testLocks(AdvisoryLockKey key) throws SQLException {
        boolean taken = ask(one, SessionSql.TRY_SESSION, key);
        boolean refused = !ask(other, SessionSql.TRY_SESSION, key);
        boolean released = ask(one, SessionSql.UNLOCK, key);
        boolean free = ask(other, SessionSql.TRY_SESSION, key);
        unlockAll(one);
        unlockAll(other);
        return taken && refused && released && free
                ? ""
                : "its locks exclude nobody (free " + taken + ", held by another " + !refused + ", released " + released
                        + ", free again " + free + ")";
    }

    private static AdvisoryLockKey key() {
        return AdvisoryLockKey.of(ThreadLocalRandom.current().nextLong());
    }

    private static boolean ask(Connection connection, String sql, AdvisoryLockKey key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            Statements.bindKeys(connection, statement, 1, List.of(key));
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getBoolean("done");
            }
        }
    }

    private static int backend(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(SessionSql.BACKEND)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    static void unlockAll(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(SessionSql.UNLOCK_ALL);
        }
    }

    /** The process id that the server told at connect, which poolers invent. Empty if a pool hides the driver. */
    private static OptionalInt backendOfConnect(Connection connection) {
        try {
            Object driver = unwrap(connection);
            return OptionalInt.of(
                    (int) driver.getClass().getMethod("getBackendPID").invoke(driver));
        } catch (ReflectiveOperationException | SQLException | RuntimeException unknown) {
            return OptionalInt.empty();
        }
    }

    private static Object unwrap(Connection connection) throws SQLException {
        for (ClassLoader loader :
                List.of(Thread.currentThread().getContextClassLoader(), SessionProof.class.getClassLoader())) {
            Optional<Class<?>> type = driversType(loader);
            if (type.isPresent()) {
                return connection.unwrap(type.get());
            }
        }
        return Connections.driversOwn(connection);
    }

    private static Optional<Class<?>> driversType(ClassLoader loader) {
        try {
            return Optional.of(Class.forName("org.postgresql.PGConnection", false, loader));
        } catch (ClassNotFoundException | LinkageError elsewhere) {
            return Optional.empty();
        }
    }
}
