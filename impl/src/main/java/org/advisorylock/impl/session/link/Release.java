package org.advisorylock.impl.session.link;

import java.sql.SQLException;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.session.hold.Hold;
import org.advisorylock.impl.session.hold.Holds;

/** Lets holds of one mode go. Exclusive ones go with the {@link Exchange} of all. */
final class Release extends Errand {

    private final Holds registry;
    private final List<Hold> holds;
    private List<Runnable> waiting = List.of();

    Release(Holds registry, List<Hold> holds) {
        this.registry = registry;
        this.holds = holds;
    }

    LockMode mode() {
        return holds.get(0).mode();
    }

    List<AdvisoryLockKey> keys() {
        return holds.stream().map(Hold::key).toList();
    }

    @Override
    void run(LockSession session, SessionConnection connection) throws SQLException {
        try {
            requireAll(connection.unlockEach(keys(), mode()));
        } catch (SQLException e) {
            throw LockSession.unsound(e);
        }
    }

    @Override
    int more() {
        return -holds.size();
    }

    /** @throws SQLException that ends the session, since nobody can tell what it has */
    static void requireAll(List<Boolean> done) throws SQLException {
        if (done.contains(false)) {
            throw new SQLException(
                    "the server says that a lock was not held which this session had taken", LockSession.UNSOUND);
        }
    }

    @Override
    void note(LockSession session) {
        if (mode() == LockMode.SHARED) {
            keys().forEach(key -> session.share(key, -1));
        }
        waiting = registry.released(holds);
    }

    @Override
    void answer() {
        waiting.forEach(Runnable::run);
    }

    /** The session is lost then, and with it the holds. */
    @Override
    void fail(Throwable why) {}
}
