package org.advisorylock.benchmarks.stub;

import java.io.PrintWriter;
import java.sql.Connection;
import java.util.List;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Gives the one connection of the stub. */
public final class StubDataSource implements DataSource {

    private final StubConnection connection = Concrete.of(StubConnection.class);

    /** From now on adds each prepared text and each parameter to a list, in order. */
    public void recordTo(List<Object> list) {
        connection.recordTo(list);
    }

    @Override
    public Connection getConnection() {
        return connection;
    }

    @Override
    public Connection getConnection(String user, String password) {
        return connection;
    }

    @Override
    public PrintWriter getLogWriter() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setLogWriter(PrintWriter writer) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return type.cast(this);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
