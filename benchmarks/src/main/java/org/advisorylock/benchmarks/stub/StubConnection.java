package org.advisorylock.benchmarks.stub;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One session for everybody, used by one thread at a time. */
abstract class StubConnection implements Connection {

    private final StubStatement statement = Concrete.of(StubStatement.class);
    private final DatabaseMetaData metaData = Concrete.of(StubMetaData.class);
    private final Array array = Concrete.of(StubArray.class);

    private @Nullable Object driver;

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

    /** Like pgjdbc's own connection, which tells its backend and its transaction state. */
    @Override
    public <T> T unwrap(Class<T> type) {
        if (driver == null) {
            driver = driver(type);
        }
        return type.cast(driver);
    }

    private <T> Object driver(Class<T> type) {
        try {
            Method status = type.getMethod("getTransactionState");
            Object open = status.getReturnType().getField("OPEN").get(null);
            Class<?> executors = type.getMethod("getQueryExecutor").getReturnType();
            Object executor = proxy(executors, method -> null);
            return proxy(type, method -> switch (method.getName()) {
                case "getTransactionState" -> open;
                case "getQueryExecutor" -> executor;
                case "getMetaData" -> metaData;
                default -> StubRows.BACKEND;
            });
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object proxy(Class<?> type, Function<Method, @Nullable Object> answer) {
        return Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> answer.apply(method));
    }

    @Override
    public boolean getAutoCommit() {
        return true;
    }

    @Override
    public void close() {}
}
