package org.advisorylock.impl.session;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.postgres.SqlErrors;

/**
 * Of one permit: any free slot, tried all at once; else a wait in the server for one of them at random, where nobody can overtake, and then all again. PostgreSQL has
 * no wait for the first of several locks.
 */
final class PermitAttempt extends Attempt {

    private final Permits permits;

    PermitAttempt(Carriers carriers, Claim request, long deadline, Granted granted, Permits permits) {
        super(carriers, request, deadline, granted);
        this.permits = permits;
    }

    @Override
    boolean tryShared(List<KeyHold> holds) throws SQLException {
        permits.turn.lock();
        try {
            List<AdvisoryLockKey> unused = permits.unused(request.slots());
            return !unused.isEmpty()
                    && onShared(holds, (carrier, connection) -> {
                        int slot = tried(connection, unused);
                        if (slot >= 0) {
                            holds.add(granted(unused.get(slot), carrier));
                            permits.use(unused.get(slot));
                        }
                        return slot >= 0;
                    });
        } finally {
            permits.turn.unlock();
        }
    }

    private static int tried(SessionConnection connection, List<AdvisoryLockKey> unused) throws SQLException {
        try {
            return connection.tryAny(unused);
        } catch (SQLException e) {
            if (!SqlErrors.isConnectionLost(SqlErrors.state(e))) {
                // A lock of the session outlasts the failed statement.
                connection.unlockEach(unused, LockMode.EXCLUSIVE);
            }
            throw e;
        }
    }

    @Override
    List<AdvisoryLockKey> wanted(List<KeyHold> holds) {
        for (AdvisoryLockKey slot : permits.unused(request.slots())) {
            if (permits.use(slot)) {
                return List.of(slot);
            }
        }
        return List.of();
    }

    @Override
    void waited(List<AdvisoryLockKey> wanted, boolean successfully) {
        if (!successfully) {
            wanted.forEach(permits::free);
        }
    }

    @Override
    Duration slice() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(20, 40));
    }

    @Override
    Duration pause() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(5, 25));
    }
}
