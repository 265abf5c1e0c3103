package org.advisorylock.impl.session.link;

import java.sql.SQLException;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.session.hold.Holds;
import org.advisorylock.impl.session.hold.Keeper;
import org.advisorylock.impl.session.hold.QueuedRequest;

/** Tries all slots of a permit that this JVM does not use, and takes the first free one. */
final class TryAny extends Acquire {

    private List<AdvisoryLockKey> slots = List.of();
    private int slot = -1;

    TryAny(Holds registry, QueuedRequest ask, AcquireListener answer) {
        super(registry, ask, answer);
    }

    @Override
    void run(SessionConnection connection, SharedCounts shared) throws SQLException {
        slots = registry.wanted(ask);
        if (slots.isEmpty()) {
            return;
        }
        try {
            slot = connection.tryAny(slots);
        } catch (SQLException e) {
            if (!UnsoundSession.isEnd(e)) {
                // A session lock outlasts a failed statement.
                connection.unlockEach(slots, LockMode.EXCLUSIVE);
            }
            throw e;
        }
    }

    @Override
    int more() {
        return slot < 0 ? 0 : 1;
    }

    @Override
    void note(Keeper keeper, SharedCounts shared) {
        if (slot >= 0) {
            registry.granted(ask, slots.get(slot), keeper);
        } else {
            registry.missed(ask);
        }
    }
}
