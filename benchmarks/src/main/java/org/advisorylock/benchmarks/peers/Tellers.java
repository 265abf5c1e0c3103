package org.advisorylock.benchmarks.peers;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockRequest;
import org.advisorylock.LockScope;
import org.advisorylock.OnTimeout;
import org.advisorylock.TransactionLocks;
import org.advisorylock.testbed.ThrowingRunnable;

/**
 * The same transaction for everybody: lock the accounts, do some work, read the balance of the first one, write what is
 * left, commit.
 */
@ApplicationScoped
@Transactional(rollbackOn = Exception.class)
public class Tellers {

    private static final String READ = "SELECT balance FROM peers_account WHERE id = ?";
    private static final String WRITE = "UPDATE peers_account SET balance = ? WHERE id = ?";
    private static final String LOCK = "SELECT pg_advisory_xact_lock(?)";
    private static final String LOCK_ALL = "SELECT pg_advisory_xact_lock(number) FROM unnest(?::bigint[]) number";
    private static final String TRY = "SELECT pg_try_advisory_xact_lock(?)";
    private static final String READ_LOCKED = READ + " FOR UPDATE";
    private static final String LOCK_ROWS =
            "SELECT balance FROM peers_account WHERE id = ANY (?::int[]) ORDER BY id FOR UPDATE";
    private static final String TRY_ROW = READ_LOCKED + " SKIP LOCKED";
    private static final String LOCK_ROW =
            "INSERT INTO peers_lock (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET id = excluded.id";
    private static final String UPSERT_ALL = "INSERT INTO peers_lock (id) SELECT unnest(?::int[]) ORDER BY 1"
            + " ON CONFLICT (id) DO UPDATE SET id = excluded.id";

    @Inject
    DataSource dataSource;

    @Inject
    TransactionLocks locks;

    public void withdraw(int account, ThrowingRunnable work) throws Exception {
        work.run();
        try (Connection connection = dataSource.getConnection()) {
            write(connection, account, read(connection, READ, account) - 1);
        }
    }

    public void withdrawByHand(List<Integer> accounts, ThrowingRunnable work) throws Exception {
        try (Connection connection = dataSource.getConnection()) {
            if (accounts.size() == 1) {
                lock(connection, accounts.get(0));
            } else {
                query(connection, LOCK_ALL, connection.createArrayOf("int8", accounts.toArray()));
            }
            work.run();
            write(connection, accounts.get(0), read(connection, READ, accounts.get(0)) - 1);
        }
    }

    public void withdrawByHandInALoop(List<Integer> accounts, ThrowingRunnable work) throws Exception {
        try (Connection connection = dataSource.getConnection()) {
            for (int account : accounts) {
                lock(connection, account);
            }
            work.run();
            write(connection, accounts.get(0), read(connection, READ, accounts.get(0)) - 1);
        }
    }

    public void withdrawForUpdate(List<Integer> accounts, ThrowingRunnable work) throws Exception {
        try (Connection connection = dataSource.getConnection()) {
            int balance;
            if (accounts.size() == 1) {
                balance = read(connection, READ_LOCKED, accounts.get(0));
            } else {
                balance = read(connection, LOCK_ROWS, connection.createArrayOf("int4", accounts.toArray()));
            }
            work.run();
            write(connection, accounts.get(0), balance - 1);
        }
    }

    public void withdrawAfterUpsert(List<Integer> accounts, ThrowingRunnable work) throws Exception {
        try (Connection connection = dataSource.getConnection()) {
            if (accounts.size() == 1) {
                update(connection, LOCK_ROW, accounts.get(0));
            } else {
                update(connection, UPSERT_ALL, connection.createArrayOf("int4", accounts.toArray()));
            }
            work.run();
            write(connection, accounts.get(0), read(connection, READ, accounts.get(0)) - 1);
        }
    }

    @AdvisoryLock("account:{account}")
    public void withdrawAnnotated(int account, ThrowingRunnable work) throws Exception {
        withdraw(account, work);
    }

    @AdvisoryLock("account:{accounts}")
    public void withdrawAnnotated(List<Integer> accounts, ThrowingRunnable work) throws Exception {
        withdraw(accounts.get(0), work);
    }

    public void withdrawInCode(List<Integer> accounts, ThrowingRunnable work) throws Exception {
        if (accounts.size() == 1) {
            locks.acquire("account:" + accounts.get(0));
        } else {
            locks.acquire(LockRequest.of("account:{0}", accounts));
        }
        withdraw(accounts.get(0), work);
    }

    @AdvisoryLock(value = "account:{accounts}", scope = LockScope.SESSION)
    public void withdrawInSession(List<Integer> accounts, ThrowingRunnable work) throws Exception {
        withdraw(accounts.get(0), work);
    }

    public boolean tryByHand(int account) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(TRY)) {
            statement.setLong(1, account);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getBoolean(1);
            }
        }
    }

    public boolean tryByHandOrThrow(int account) throws SQLException {
        if (!tryByHand(account)) {
            throw new IllegalStateException("account " + account + " is locked");
        }
        return true;
    }

    public boolean tryForUpdate(int account) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(TRY_ROW)) {
            statement.setInt(1, account);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    @AdvisoryLock(value = "account:{account}", accessTimeout = AdvisoryLock.IMMEDIATE, onTimeout = OnTimeout.SKIP)
    public boolean tryAnnotated(int account) {
        return true;
    }

    @AdvisoryLock(value = "account:{account}", accessTimeout = AdvisoryLock.IMMEDIATE)
    public boolean tryAnnotatedOrThrow(int account) {
        return true;
    }

    @AdvisoryLock(
            value = "account:{account}",
            scope = LockScope.SESSION,
            accessTimeout = AdvisoryLock.IMMEDIATE,
            onTimeout = OnTimeout.SKIP)
    public boolean tryInSession(int account) {
        return true;
    }

    public boolean tryInCode(int account) {
        return locks.tryAcquire("account:" + account, Duration.ZERO);
    }

    /** The mistake: the lock is taken in the transaction, and it is gone when the transaction commits. */
    public void withdrawAndReleaseBeforeTheCommit(AccountLocks accountLocks, int account) throws Exception {
        ThrowingRunnable release = accountLocks.acquire(List.of(account));
        try {
            withdraw(account, () -> {});
        } finally {
            release.run();
        }
    }

    public int balance(int account) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return read(connection, READ, account);
        }
    }

    private static void lock(Connection connection, long account) throws SQLException {
        query(connection, LOCK, account);
    }

    private static void query(Connection connection, String sql, Object parameter) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, parameter);
            statement.executeQuery().close();
        }
    }

    private static int read(Connection connection, String sql, Object parameter) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, parameter);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    private static void write(Connection connection, int account, int balance) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
            statement.setInt(1, balance);
            statement.setInt(2, account);
            statement.executeUpdate();
        }
    }

    private static void update(Connection connection, String sql, Object parameter) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, parameter);
            statement.executeUpdate();
        }
    }
}
