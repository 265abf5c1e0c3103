package org.advisorylock.examples.quickstart;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLock;

/** The bank's accounts. A change reads the balance, computes, and writes. Two at once overwrite each other. */
@ApplicationScoped
@Transactional
public class Accounts {
    @Inject
    DataSource dataSource;

    /** Loses money when two callers meet. */
    public void withdrawWithoutLock(long from, long amount) {
        setBalance(from, balance(from) - amount);
    }

    /** The same lines, and one annotation. */
    @AdvisoryLock("account:{from}")
    public void withdraw(long from, long amount) {
        setBalance(from, balance(from) - amount);
    }

    /** Takes both keys in one order, whatever the order of the arguments is, so that two transfers cannot deadlock. */
    @AdvisoryLock({"account:{from}", "account:{to}"})
    public void transfer(long from, long to, long amount) {
        long fromBalance = balance(from);
        long toBalance = balance(to);
        setBalance(from, fromBalance - amount);
        setBalance(to, toBalance + amount);
    }

    public long balance(long id) {
        return answer("SELECT balance FROM quickstart_account WHERE id = ?", id);
    }

    private void setBalance(long id, long balance) {
        answer("UPDATE quickstart_account SET balance = ? WHERE id = ? RETURNING balance", balance, id);
    }

    /** Begins the day: accounts 1 and 2, with the same balance. */
    @AdvisoryLock({"account:1", "account:2"})
    public void open(long balance) {
        answer("DELETE FROM quickstart_account WHERE id < ? RETURNING 0", Long.MAX_VALUE);
        answer("INSERT INTO quickstart_account VALUES (1, ?), (2, ?) RETURNING balance", balance, balance);
    }

    public void createTable() {
        execute("CREATE TABLE IF NOT EXISTS quickstart_account (id bigint PRIMARY KEY, balance bigint NOT NULL)");
    }

    public void dropTable() {
        execute("DROP TABLE quickstart_account");
    }

    /** The first number of the first row; 0 if there is no row. */
    private long answer(String sql, long... arguments) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setLong(i + 1, arguments[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        } catch (SQLException e) {
            // Unchecked: a checked exception that leaves a @Transactional method lets the transaction commit.
            throw new IllegalStateException(e);
        }
    }

    private void execute(String sql) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
