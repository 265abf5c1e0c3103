package org.advisorylock.impl.faults;

import java.sql.SQLException;

/** A resource that refuses a token smaller than the greatest that it has seen. */
final class FencedResource {

    private static final String UPDATE =
            "UPDATE faults_guarded SET token = %1$d, writes = writes + 1 WHERE token <= %1$d";

    private FencedResource() {}

    static void create() throws SQLException {
        PlainSql.run(
                "DROP TABLE IF EXISTS faults_guarded",
                "CREATE TABLE faults_guarded (token bigint, writes int)",
                "INSERT INTO faults_guarded VALUES (0, 0)");
    }

    static void drop() throws SQLException {
        PlainSql.run("DROP TABLE faults_guarded");
    }

    /** Whether the write was accepted. */
    static boolean write(long token) throws SQLException {
        long before = PlainSql.number("SELECT writes FROM faults_guarded");
        PlainSql.run(UPDATE.formatted(token));
        return PlainSql.number("SELECT writes FROM faults_guarded") > before;
    }
}
