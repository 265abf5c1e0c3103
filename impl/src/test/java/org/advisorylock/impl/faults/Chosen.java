package org.advisorylock.impl.faults;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** A DataSource that chooses another one for each connection. */
record Chosen(Supplier<DataSource> choice) implements DataSource {

    @Override
    public Connection getConnection() throws SQLException {
        return choice.get().getConnection();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return choice.get().getConnection(user, password);
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

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
    public <T> T unwrap(Class<T> type) throws SQLException {
        return choice.get().unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return choice.get().isWrapperFor(type);
    }
}
