package org.advisorylock.benchmarks.stub;

import java.sql.Array;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.List;

/** One session for everybody, used by one thread at a time. */
abstract class StubConnection implements Connection {

    private final StubStatement statement = Concrete.of(StubStatement.class);
    private final DatabaseMetaData metaData = Concrete.of(StubMetaData.class);
    private final Array array = Concrete.of(StubArray.class);

    void recordTo(List<Object> list) {
        statement.recordTo(list);
    }

    @Override
    public PreparedStatement prepareStatement(String sql) {
        return statement.preparing(sql);
    }

    @Override
    public Statement createStatement() {
        return statement;
    }

    /** Of the request's keys, before the statement is executed. */
    @Override
    public Array createArrayOf(String type, Object[] elements) {
        statement.keys(elements.length);
        return array;
    }

    @Override
    public DatabaseMetaData getMetaData() {
        return metaData;
    }

    @Override
    public boolean getAutoCommit() {
        return true;
    }

    @Override
    public void close() {}
}
