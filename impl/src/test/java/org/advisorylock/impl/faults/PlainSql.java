package org.advisorylock.impl.faults;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.testbed.TestDatabase;

/** Plain SQL, without the library. */
final class PlainSql {

    private PlainSql() {}

    static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** In the test database, in a session of its own. */
    static void run(String... statements) throws SQLException {
        try (Connection connection = TestDatabase.get().connect()) {
            run(connection, statements);
        }
    }

    /** In the test database, in a session of its own. */
    static long number(String query) throws SQLException {
        try (Connection connection = TestDatabase.get().connect()) {
            return number(connection, query);
        }
    }

    /** Makes this many accounts, all of them empty. */
    static void createAccounts(int count) throws SQLException {
        run(
                "DROP TABLE IF EXISTS faults_account",
                "CREATE TABLE faults_account (id int PRIMARY KEY, balance bigint NOT NULL)",
                "INSERT INTO faults_account SELECT id, 0 FROM generate_series(1, " + count + ") id");
    }

    static void dropAccounts() throws SQLException {
        run("DROP TABLE faults_account");
    }

    static long balance(int account) throws SQLException {
        return number("SELECT balance FROM faults_account WHERE id = " + account);
    }

    /** The backend that waits for a key. */
    static int waiter(long key) throws SQLException {
        return (int) number("SELECT pid FROM pg_locks WHERE NOT granted AND " + ofKey(key));
    }

    /** The backend that holds a key, 0 if none does. */
    static int holder(long key) throws SQLException {
        try (Connection connection = TestDatabase.get().connect()) {
            return holder(connection, key);
        }
    }

    /** In the database of the connection. */
    static int holder(Connection connection, long key) throws SQLException {
        return (int) number(connection, "SELECT coalesce(max(pid), 0) FROM pg_locks WHERE granted AND " + ofKey(key));
    }

    private static String ofKey(long key) {
        return "locktype = 'advisory' AND objsubid = 1 AND (classid::bigint << 32) | objid::bigint = " + key
                + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    }

    static boolean isAlive(int backend) throws SQLException {
        return number("SELECT count(*) FROM pg_stat_activity WHERE pid = " + backend) == 1;
    }

    static long key(String text) {
        return AdvisoryLockKey.of(text, KeyHash.MD5).number();
    }
}
