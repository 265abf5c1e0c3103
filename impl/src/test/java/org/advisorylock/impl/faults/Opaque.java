package org.advisorylock.impl.faults;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** DataSources that look like others from outside. */
final class Opaque {

    private Opaque() {}

    /** A DataSource whose connections hide the driver's, as a pool or an agent may. */
    static DataSource hiding(DataSource dataSource) {
        return with(dataSource, Opaque::hidden);
    }

    /** A DataSource that changes each connection that it gives. */
    static DataSource with(DataSource dataSource, UnaryOperator<Connection> given) {
        return (DataSource) Proxy.newProxyInstance(
                Opaque.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("equals")) {
                        return proxy == arguments[0];
                    }
                    if (method.getName().equals("hashCode")) {
                        return System.identityHashCode(proxy);
                    }
                    try {
                        Object result = method.invoke(dataSource, arguments);
                        return result instanceof Connection connection ? given.apply(connection) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static Connection hidden(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                Opaque.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("unwrap")) {
                        throw new SQLException("nothing is wrapped here");
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
