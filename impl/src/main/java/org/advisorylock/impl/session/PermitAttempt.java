package org.advisorylock.impl.session;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.impl.postgres.LockRequest;

/**
 * Of one permit: any free slot, tried all at once; else a wait in the server for one of them at random, where nobody can overtake, and then all again. PostgreSQL has
 * no wait for the first of several locks.
 */
final class PermitAttempt extends Attempt {

    private final Permits permits;

    PermitAttempt(Carriers carriers, LockRequest request, long deadline, Granted granted, Permits permits) {
        super(carriers, request, deadline, granted);
        this.permits = permits;
    }

    @Override
    boolean tryShared(List<KeyHold> holds) throws SQLException {
        permits.turn.lock();
        try {
            List<AdvisoryLockKey> unused = permits.unused(request.slots());
            return !unused.isEmpty()
                    && onShared((carrier, connection) -> {
                        int slot = connection.tryAny(unused);
                        if (slot >= 0) {
                            permits.use(unused.get(slot));
                            holds.add(granted(unused.get(slot), carrier));
                        }
                        return slot >= 0;
                    });
        } finally {
            permits.turn.unlock();
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
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(50, 100));
    }

    @Override
    Duration pause() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(10, 50));
    }
}
