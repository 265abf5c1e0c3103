package org.advisorylock.impl.faults;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockMode;

/**
 * Methods that hold locks while they run the work of a test, and accounts that only these locks guard. A change reads a
 * balance and writes the sum.
 */
@ApplicationScoped
@Transactional
public class LockedBank {

    @Inject
    DataSource dataSource;

    public <T> T unlocked(Callable<T> work) throws Exception {
        return work.call();
    }

    @AdvisoryLock("{account}")
    public <T> T locked(String account, Callable<T> work) throws Exception {
        return work.call();
    }

    @AdvisoryLock("{accounts}")
    public <T> T all(List<String> accounts, Callable<T> work) throws Exception {
        return work.call();
    }

    /** As {@link #joining}, with several keys and a short wait. */
    @Transactional(value = TxType.MANDATORY, dontRollbackOn = Exception.class)
    @AdvisoryLock(value = "{accounts}", accessTimeout = 300, unit = TimeUnit.MILLISECONDS)
    public <T> T allBriefly(List<String> accounts, Callable<T> work) throws Exception {
        return work.call();
    }

    @AdvisoryLock(value = "{account}", mode = LockMode.SHARED)
    public <T> T shared(String account, Callable<T> work) throws Exception {
        return work.call();
    }

    @AdvisoryLock(value = "{account}", accessTimeout = 300, unit = TimeUnit.MILLISECONDS)
    public <T> T briefly(String account, Callable<T> work) throws Exception {
        return work.call();
    }

    @AdvisoryLock(value = "{account}", accessTimeout = AdvisoryLock.UNLIMITED)
    public <T> T patiently(String account, Callable<T> work) throws Exception {
        return work.call();
    }

    /** Joins its caller's transaction, and does not mark it for rollback when it fails. */
    @Transactional(value = TxType.MANDATORY, dontRollbackOn = Exception.class)
    @AdvisoryLock("{account}")
    public <T> T joining(String account, Callable<T> work) throws Exception {
        return work.call();
    }

    /** Adds to an account without a lock of its own: reads the balance, then writes the sum. */
    public long add(int account, long amount) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            long balance = PlainSql.number(connection, "SELECT balance FROM faults_account WHERE id = " + account);
            long sum = balance + amount;
            PlainSql.run(connection, "UPDATE faults_account SET balance = " + sum + " WHERE id = " + account);
            return sum;
        }
    }

    /** Runs SQL on the connection of the transaction. */
    public void sql(String... statements) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            PlainSql.run(connection, statements);
        }
    }

    /** Asks for a number on the connection of the transaction. */
    public long number(String query) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return PlainSql.number(connection, query);
        }
    }
}
