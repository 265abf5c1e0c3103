package org.advisorylock.impl.faults;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A row that only the leader writes, with its term. The row refuses a smaller term, and a log lists each accepted
 * write.
 */
final class GuardedRow implements AutoCloseable {

    static final String ELECTION = "guarded";

    /** An accepted write, and its time by the clock of the machine. */
    record Write(long term, String writer, long millis) {}

    private final OwnServer server;
    private Connection connection;

    private GuardedRow(OwnServer server) throws SQLException {
        this.server = server;
        this.connection = server.connect();
    }

    static GuardedRow on(OwnServer server) throws SQLException {
        return new GuardedRow(server);
    }

    static GuardedRow create(OwnServer server) throws SQLException {
        server.run(
                "CREATE TABLE guarded (term bigint NOT NULL, writes bigint NOT NULL)",
                "INSERT INTO guarded VALUES (0, 0)",
                "CREATE TABLE accepted (write bigint PRIMARY KEY, term bigint, writer text, millis bigint)");
        return on(server);
    }

    /**
     * Returns 1 if the write is accepted. The row stays locked until the commit, so the log has the order of the
     * commits.
     */
    static String write(long term, String writer) {
        return "WITH new AS (UPDATE guarded SET term = " + term + ", writes = writes + 1 WHERE term <= " + term
                + " RETURNING writes), logged AS (INSERT INTO accepted SELECT writes, " + term + ", '" + writer
                + "', extract(epoch FROM clock_timestamp()) * 1000 FROM new) SELECT count(*) FROM new";
    }

    /** The last write; with term 0 if there is none. */
    Write last() throws SQLException {
        return first("true ORDER BY write DESC");
    }

    /** The first write of a later term; with term 0 if there is none. */
    Write firstAfter(long term) throws SQLException {
        return first("term > " + term + " ORDER BY write");
    }

    /** The first write since then, in any term; with term 0 if there is none. */
    Write firstSince(long millis) throws SQLException {
        return first("millis > " + millis + " ORDER BY write");
    }

    private Write first(String where) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT term, writer, millis FROM accepted WHERE " + where + " LIMIT 1")) {
            return rows.next() ? new Write(rows.getLong(1), rows.getString(2), rows.getLong(3)) : new Write(0, "", 0);
        }
    }

    long number(String query) throws SQLException {
        return PlainSql.number(connection, query);
    }

    /** The backend that holds the leader's lock; 0 if none does. */
    int leader() throws SQLException {
        return PlainSql.holder(connection, PlainSql.key(ELECTION));
    }

    /**
     * Two times in milliseconds by the server's clock: now, and the end of a backend's last statement; 0 if the backend
     * is gone.
     */
    record Silence(long now, long since) {}

    Silence silence(int backend) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT extract(epoch FROM clock_timestamp()) * 1000,"
                        + " coalesce((SELECT extract(epoch FROM state_change) * 1000 FROM pg_stat_activity WHERE pid = "
                        + backend + "), 0)")) {
            rows.next();
            return new Silence(rows.getLong(1), rows.getLong(2));
        }
    }

    /** Whether somebody has the first place in the line. */
    boolean hasNext() throws SQLException {
        return PlainSql.holder(connection, PlainSql.key(ELECTION + "@1")) != 0;
    }

    /** How many sessions lead or stand in the line. */
    long standing() throws SQLException {
        return number("SELECT count(DISTINCT pid) FROM pg_locks WHERE locktype = 'advisory' AND granted");
    }

    long stepsBack() throws SQLException {
        return number("SELECT count(*) FROM (SELECT term < lag(term) OVER (ORDER BY write) AS back FROM accepted) a"
                + " WHERE back");
    }

    long termsOfSeveralWriters() throws SQLException {
        return number("SELECT count(*) FROM (SELECT term FROM accepted GROUP BY term"
                + " HAVING count(DISTINCT writer) > 1) a");
    }

    /** With the server. */
    void restart() throws SQLException, IOException {
        connection.close();
        server.restart();
        connection = server.connect();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
