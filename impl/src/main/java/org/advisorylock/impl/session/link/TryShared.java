package org.advisorylock.impl.session.link;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.impl.session.hold.Holds;
import org.advisorylock.impl.session.hold.Keeper;
import org.advisorylock.impl.session.hold.QueuedRequest;

/**
 * Tries shared keys one by one, because after an error in the middle nobody could tell how often the session has each.
 * PostgreSQL grants a session a lock that it has before it grants it to waiters. So the session does not ask again
 * while somebody else waits.
 */
final class TryShared extends Acquire {

    private final List<AdvisoryLockKey> got = new ArrayList<>();

    TryShared(Holds registry, QueuedRequest ask, AcquireListener answer) {
        super(registry, ask, answer);
    }

    @Override
    void run(SessionConnection connection, SharedCounts shared) throws SQLException {
        for (AdvisoryLockKey key : registry.wanted(ask)) {
            List<AdvisoryLockKey> one = List.of(key);
            boolean overtakes = shared.has(key) && connection.isWaitedFor(one);
            if (overtakes || !tried(connection, one)) {
                break;
            }
            got.add(key);
        }
    }

    /** After an error the session may have the lock, except if the lock table was full or a privilege was missing. */
    private static boolean tried(SessionConnection connection, List<AdvisoryLockKey> one) throws SQLException {
        try {
            return connection.tryEach(one, LockMode.SHARED).get(0);
        } catch (SQLException e) {
            throw SqlErrors.isOfLockItself(SqlErrors.state(e)) ? e : UnsoundSession.because(e);
        }
    }

    @Override
    int more() {
        return got.size();
    }

    @Override
    void note(Keeper keeper, SharedCounts shared) {
        shared.add(got);
        registry.granted(ask, got.size(), keeper);
    }
}
