package org.advisorylock.impl.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.advisorylock.testbed.TestDatabase;

/**
 * Notes the holders in a database that is no part of the group. It lets everybody in, and notes who should not be in.
 */
final class Referee implements AutoCloseable {

    private final String name;
    private final Connection connection;

    Referee(String name) throws SQLException {
        this.name = name;
        this.connection = TestDatabase.get().connect();
    }

    static void prepare() throws SQLException {
        PlainSql.run(
                "DROP TABLE IF EXISTS faults_referee",
                "CREATE TABLE faults_referee (holder text, token bigint, entered bigint, foul text)",
                "INSERT INTO faults_referee VALUES ('', 0, 0, '')");
    }

    static void end() throws SQLException {
        PlainSql.run("DROP TABLE faults_referee");
    }

    static long entered() throws SQLException {
        return PlainSql.number("SELECT entered FROM faults_referee");
    }

    static long fouls() throws SQLException {
        return PlainSql.number("SELECT count(*) FROM faults_referee WHERE foul <> ''");
    }

    /** Goes in and stays for a moment. */
    void enter(long token) throws SQLException {
        run(
                "UPDATE faults_referee SET foul = foul || CASE WHEN holder <> '' THEN ' in: ' || holder ELSE '' END"
                        + " || CASE WHEN token >= ? THEN ' token ' || token ELSE '' END, holder = ?, token = ?,"
                        + " entered = entered + 1",
                token,
                name,
                token);
        PlainSql.number(connection, "SELECT 1 FROM pg_sleep(0.02)");
    }

    synchronized void leave() {
        try {
            run("UPDATE faults_referee SET holder = '' WHERE holder = ?", name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized void run(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.execute();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
