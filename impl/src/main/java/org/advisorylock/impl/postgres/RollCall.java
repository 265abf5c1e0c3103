package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.advisorylock.AdvisoryLockKey;

/**
 * Enters a session in the roll of a group of databases, and reads who else is there. The entries are shared locks on
 * pairs of numbers. The first number of a pair is the group's.
 */
public final class RollCall {

    /**
     * One statement enters and the next one reads. So of two JVMs that do this at once, at least one sees the other.
     */
    private static final String ENTER_AND_READ = SessionSql.TRY_SESSION_SHARED + ";\n"
            + "SELECT l.pid, l.objid::bigint AS entry, a.application_name, pg_catalog.host(a.client_addr) AS client\n"
            + "FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid\n"
            + "WHERE l.locktype = 'advisory' AND l.granted AND l.mode = 'ShareLock' AND l.objsubid = 2"
            + " AND l.classid::bigint = ? AND l.pid <> pg_catalog.pg_backend_pid() AND l.database ="
            + " (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())\n"
            + "ORDER BY l.pid";

    /**
     * Another session in the roll.
     *
     * @param who its backend, for messages
     * @param entries the second numbers of its pairs
     */
    public record Other(String who, Set<Integer> entries) {}

    private RollCall() {}

    /** Enters these entries, and reads the entries of all others. */
    static List<Other> enter(Connection connection, int group, List<AdvisoryLockKey> entries) throws SQLException {
        try (PreparedStatement statement = Statements.prepare(connection, ENTER_AND_READ)) {
            Statements.bindKeys(connection, statement, 1, entries);
            statement.setLong(3, Integer.toUnsignedLong(group));
            statement.execute();
            statement.getMoreResults();
            try (ResultSet rows = Statements.rows(statement)) {
                return read(rows);
            }
        }
    }

    private static List<Other> read(ResultSet rows) throws SQLException {
        List<Other> others = new ArrayList<>();
        int last = 0;
        while (rows.next()) {
            int backend = rows.getInt("pid");
            if (backend != last) {
                String client = rows.getString("client");
                others.add(new Other(
                        "backend " + backend + " (app '" + rows.getString("application_name") + "'"
                                + (client == null ? ")" : ", from " + client + ")"),
                        new HashSet<>()));
                last = backend;
            }
            others.get(others.size() - 1).entries().add((int) rows.getLong("entry"));
        }
        return others;
    }
}
