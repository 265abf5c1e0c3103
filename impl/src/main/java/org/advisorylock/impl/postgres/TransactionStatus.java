package org.advisorylock.impl.postgres;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.stream.Stream;
import org.advisorylock.spi.Printable;
import org.jspecify.annotations.Nullable;

/**
 * Reads what pgjdbc knows of a connection, without a message: whether it is in a transaction block (PostgreSQL says so
 * with each answer), which backend it has, and where it leads. The driver's type for that is often invisible to an
 * application, so this class finds it by name. Safe for use by several threads.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-READYFORQUERY">PostgreSQL:
 *     ReadyForQuery</a>
 */
final class TransactionStatus {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    private final Class<?> type;
    private final MethodHandle state;
    private final Object open;
    private final MethodHandle backend;
    private final MethodHandle host;
    private final MethodHandle database;

    private TransactionStatus(Class<?> type) throws ReflectiveOperationException {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        Class<?> states = type.getMethod("getTransactionState").getReturnType();
        this.type = type;
        this.state = ofObject(lookup.findVirtual(type, "getTransactionState", MethodType.methodType(states)));
        this.open = states.getField("OPEN").get(null);
        this.backend = lookup.findVirtual(type, "getBackendPID", MethodType.methodType(int.class))
                .asType(MethodType.methodType(int.class, Object.class));
        Class<?> executors = type.getMethod("getQueryExecutor").getReturnType();
        MethodHandle executor = lookup.findVirtual(type, "getQueryExecutor", MethodType.methodType(executors));
        this.host = ofObject(
                MethodHandles.filterReturnValue(executor, lookup.unreflect(executors.getMethod("getHostSpec"))));
        this.database = ofObject(
                MethodHandles.filterReturnValue(executor, lookup.unreflect(executors.getMethod("getDatabase"))));
    }

    private static MethodHandle ofObject(MethodHandle handle) {
        return handle.asType(MethodType.methodType(Object.class, Object.class));
    }

    /**
     * A reader for the driver of a connection; null if the driver does not tell, or if it tells the status of another
     * session, as behind a pooler.
     *
     * @param backend the process id of the connection's session, as PostgreSQL says
     */
    static @Nullable TransactionStatus find(Connection connection, int backend) throws SQLException {
        return Stream.of(connection.getMetaData().getClass(), connection.getClass(), TransactionStatus.class)
                .map(Class::getClassLoader)
                .distinct()
                .map(loader -> by(loader, connection, backend))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable TransactionStatus by(ClassLoader loader, Connection connection, int backend) {
        try {
            TransactionStatus status =
                    new TransactionStatus(Class.forName("org.postgresql.core.BaseConnection", false, loader));
            return status.backend(connection) == backend ? status : null;
        } catch (ReflectiveOperationException | LinkageError | SQLException | RuntimeException otherDriver) {
            LOGGER.log(
                    Level.DEBUG,
                    () -> Printable.message("the driver does not tell the status of a transaction: " + otherDriver));
            return null;
        }
    }

    /** The process id of the connection's backend; 0 if it is not in a transaction block. */
    int backendInTransaction(Connection connection) throws SQLException {
        Object driver = connection.unwrap(type);
        return read(state, driver) == open ? backend(driver) : 0;
    }

    /** The driver's own connection. */
    Connection driversOwn(Connection connection) throws SQLException {
        return (Connection) connection.unwrap(type);
    }

    /** The process id of the connection's backend. */
    int backend(Connection connection) throws SQLException {
        return backend(connection.unwrap(type));
    }

    /** Whether a connection leads to one of these addresses. */
    boolean isAtOneOf(Address[] known, Connection connection) throws SQLException {
        Object driver = connection.unwrap(type);
        String url = url(driver);
        Object ownHost = read(host, driver);
        Object ownDatabase = read(database, driver);
        for (Address address : known) {
            if (address.is(url, ownHost, ownDatabase)) {
                return true;
            }
        }
        return false;
    }

    /** Where a connection leads. */
    Address address(Connection connection) throws SQLException {
        Object driver = connection.unwrap(type);
        return new Address(url(driver), read(host, driver), read(database, driver));
    }

    /** pgjdbc needs no message for its metadata. */
    private static @Nullable String url(Object driver) throws SQLException {
        return ((Connection) driver).getMetaData().getURL();
    }

    private int backend(Object driver) {
        try {
            return (int) backend.invokeExact(driver);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Object read(MethodHandle handle, Object driver) {
        try {
            return (Object) handle.invokeExact(driver);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
