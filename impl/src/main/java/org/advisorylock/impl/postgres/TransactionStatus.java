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
 * Reads whether a connection is in a transaction block, as PostgreSQL said with its last answer: pgjdbc keeps that, so it costs no message. The type that
 * tells it is the driver's, which an application often cannot see; hence by its name. Safe for use by several threads.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-READYFORQUERY">PostgreSQL: ReadyForQuery</a>
 */
final class TransactionStatus {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    private final Class<?> type;
    private final MethodHandle state;
    private final Object open;
    private final MethodHandle backend;

    private TransactionStatus(Class<?> type) throws ReflectiveOperationException {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        Class<?> states = type.getMethod("getTransactionState").getReturnType();
        this.type = type;
        this.state = lookup.findVirtual(type, "getTransactionState", MethodType.methodType(states))
                .asType(MethodType.methodType(Object.class, Object.class));
        this.open = states.getField("OPEN").get(null);
        this.backend = lookup.findVirtual(type, "getBackendPID", MethodType.methodType(int.class))
                .asType(MethodType.methodType(int.class, Object.class));
    }

    /**
     * The way to read it; null if the driver does not tell, or tells it of another session, as behind a pooler.
     *
     * @param enlisted a connection that is in a transaction block
     * @param backend the process id of its session, as PostgreSQL says
     */
    static @Nullable TransactionStatus of(Connection enlisted, int backend) throws SQLException {
        return Stream.of(enlisted.getMetaData().getClass(), enlisted.getClass(), TransactionStatus.class)
                .map(Class::getClassLoader)
                .distinct()
                .map(loader -> by(loader, enlisted, backend))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable TransactionStatus by(ClassLoader loader, Connection enlisted, int backend) {
        try {
            TransactionStatus status =
                    new TransactionStatus(Class.forName("org.postgresql.core.BaseConnection", false, loader));
            return status.backendInTransaction(enlisted) == backend ? status : null;
        } catch (ReflectiveOperationException | LinkageError | SQLException | RuntimeException otherDriver) {
            LOGGER.log(
                    Level.DEBUG,
                    () -> Printable.message("the driver does not tell the status of a transaction: " + otherDriver));
            return null;
        }
    }

    /** The process id of the connection's backend; 0 if it is not in a transaction block. */
    int backendInTransaction(Connection connection) throws SQLException {
        try {
            Object driver = connection.unwrap(type);
            return (Object) state.invokeExact(driver) == open ? (int) backend.invokeExact(driver) : 0;
        } catch (RuntimeException | SQLException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
