package org.advisorylock.benchmarks.stub;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers the few statements that the library sends, always granting. One object for all of them. */
abstract class StubStatement implements PreparedStatement {

    private final StubRows rows = Concrete.of(StubRows.class);
    private String sql = "";
    private int keys;
    private int result;
    private int tries;
    private @Nullable List<Object> record;

    StubStatement preparing(String text) {
        sql = text;
        keys = 1;
        if (record != null) {
            record.add(text);
        }
        return this;
    }

    void recordTo(List<Object> list) {
        record = list;
    }

    void keys(int count) {
        keys = count;
    }

    @Override
    public void setFetchSize(int rows) {}

    @Override
    public void setString(int at, String value) {
        if (record != null) {
            record.add(value);
        }
    }

    @Override
    public void setBoolean(int at, boolean value) {
        if (record != null) {
            record.add(value);
        }
    }

    @Override
    public void setLong(int at, long value) {
        if (record != null) {
            record.add(value);
        }
    }

    @Override
    public void setArray(int at, Array value) {}

    @Override
    public boolean execute() {
        result = 0;
        return false;
    }

    @Override
    public boolean execute(String text) {
        return false;
    }

    /** First the result of a SAVEPOINT, then that of the lock. */
    @Override
    public @Nullable ResultSet getResultSet() {
        return result == 1 ? rows.withLocked(keys) : null;
    }

    @Override
    public boolean getMoreResults() {
        result++;
        return result == 1;
    }

    @Override
    public int getUpdateCount() {
        return 0;
    }

    @Override
    public ResultSet executeQuery() {
        if (sql.contains("transaction_isolation")) {
            return rows.with(1, "read committed", true);
        }
        if (sql.contains("pg_try_advisory_xact_lock")) {
            // The self-test: granted to the first session, refused to the second, granted to it later.
            return rows.with(1, "", tries++ % 3 != 1);
        }
        return rows.with(1, StubRows.BACKEND + " the stub's start 1", true);
    }

    @Override
    public void close() {}
}
