package org.advisorylock.benchmarks.stub;

import java.sql.DatabaseMetaData;

/** Says what the library accepts. */
abstract class StubMetaData implements DatabaseMetaData {

    @Override
    public String getDatabaseProductName() {
        return "PostgreSQL";
    }

    @Override
    public String getURL() {
        return "jdbc:stub";
    }

    @Override
    public String getDatabaseProductVersion() {
        return "stub";
    }
}
