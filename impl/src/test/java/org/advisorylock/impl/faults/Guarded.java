package org.advisorylock.impl.faults;

import java.sql.SQLException;

/** A resource that refuses whoever comes with a smaller token than the greatest it has seen. */
final class Guarded {

    private static final String UPDATE =
            "UPDATE faults_guarded SET token = %1$d, writes = writes + 1 WHERE token <= %1$d";

    private Guarded() {}

    static void create() throws SQLException {
        Sql.run(
                "DROP TABLE IF EXISTS faults_guarded",
                "CREATE TABLE faults_guarded (token bigint, writes int)",
                "INSERT INTO faults_guarded VALUES (0, 0)");
    }

    static void drop() throws SQLException {
        Sql.run("DROP TABLE faults_guarded");
    }

    /** Whether the write was accepted. */
    static boolean write(long token) throws SQLException {
        long before = Sql.number("SELECT writes FROM faults_guarded");
        Sql.run(UPDATE.formatted(token));
        return Sql.number("SELECT writes FROM faults_guarded") > before;
    }
}
