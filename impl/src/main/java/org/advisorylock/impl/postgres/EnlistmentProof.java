package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.CallMessage;
import org.jspecify.annotations.Nullable;

/**
 * Proves that the connections of a DataSource take part in the JTA transaction. If they do, two connections that one
 * transaction opens are one session. A DataSource outside JTA gives two. Safe for use by several threads.
 */
final class EnlistmentProof {

    private final LongSupplier nanoClock;

    private volatile @Nullable DataSource proved;

    EnlistmentProof(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /**
     * Compares two connections of one transaction.
     *
     * @throws ProofFailure if they are two sessions
     */
    void compare(Session one, Connection second, LockDatabase database) throws SQLException, ProofFailure {
        int other = Session.read(second).backend();
        if (one.backend() != other) {
            throw new ProofFailure(
                    null,
                    asked -> new LockGuardException(
                            CallMessage.NOT_ENLISTED.text(asked, database, one.backend(), other), asked.keys(), null));
        }
    }

    /** Notes the DataSource that was proved to take part. */
    void note(DataSource dataSource) {
        proved = dataSource;
    }

    /**
     * Compares the connection of another DataSource that has the same name with a second one of its own. For the proved
     * DataSource it does nothing.
     *
     * @throws LockGuardException if they are two sessions
     */
    void require(Connection connection, DataSource by, Claim request, LockDatabase database) throws SQLException {
        DataSource known = proved;
        if (known == null || known == by || known.equals(by)) {
            return;
        }
        int backend = database.backend(connection, request);
        try (Connection second = database.open(nanoClock.getAsLong() + LockDatabase.LEAST_NANOS)) {
            requireBackend(second, backend, request, database);
        }
    }

    /**
     * Refuses a connection of another session.
     *
     * @throws LockGuardException if it has another backend
     */
    static void requireBackend(Connection connection, int backend, Claim request, LockDatabase database)
            throws SQLException {
        int own = database.backend(connection, request);
        if (own != backend) {
            throw new LockGuardException(
                    CallMessage.NOT_ENLISTED.text(request, database, backend, own), request.keys(), null);
        }
    }
}
