package org.advisorylock.benchmarks;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockRequest;
import org.advisorylock.TransactionLocks;

/** The same work without a lock, with a lock that is written by hand, and with the library's. */
@ApplicationScoped
@Transactional
public class BenchmarkAccounts {

    private static final String LOCK = "SELECT pg_advisory_xact_lock(?)";
    private static final String LOCK_ALL = "SELECT pg_advisory_xact_lock(number) FROM unnest(?::bigint[]) number";

    @Inject
    DataSource dataSource;

    @Inject
    TransactionLocks locks;

    /** Itself as others see it, with its interceptors. */
    @Inject
    BenchmarkAccounts self;

    public int unlocked() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return work(connection);
        }
    }

    public int unlockedNested() throws SQLException {
        return self.unlocked();
    }

    public int byHand(List<Long> numbers) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            for (long number : numbers) {
                lock(connection, number);
            }
            return work(connection);
        }
    }

    public int byHandAtOnce(List<Long> numbers) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            try (PreparedStatement statement = connection.prepareStatement(LOCK_ALL)) {
                statement.setArray(1, connection.createArrayOf("int8", numbers.toArray()));
                statement.executeQuery().close();
            }
            return work(connection);
        }
    }

    /** As code must do it that has names and no numbers, in the order in which all others take them. */
    public int byHandFromTexts(List<Long> ids) throws SQLException {
        return byHandAtOnce(
                ids.stream().map(id -> number("account:" + id)).sorted().toList());
    }

    private static long number(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As code around a method must do it, because it does not have the connection of the method. */
    public int byHandApart(long number) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            lock(connection, number);
        }
        return unlocked();
    }

    private static void lock(Connection connection, long number) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
            statement.setLong(1, number);
            statement.executeQuery().close();
        }
    }

    @AdvisoryLock("account:{id}")
    public int locked(long id) throws SQLException {
        return unlocked();
    }

    public int inCode(long id) throws SQLException {
        locks.acquire("account:" + id);
        return unlocked();
    }

    public int severalInCode(List<Long> ids) throws SQLException {
        locks.acquire(LockRequest.of("account:{0}", ids));
        return unlocked();
    }

    @AdvisoryLock("account:{id}")
    public int lockedNested(long id) throws SQLException {
        return self.locked(id);
    }

    @AdvisoryLock("account:{ids}")
    public int several(List<Long> ids) throws SQLException {
        return unlocked();
    }

    private static int work(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT 1");
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
