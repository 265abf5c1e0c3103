package org.advisorylock.impl.session.link;

import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.session.hold.Keeper;

/** Releases locks of one mode. Exclusive ones go into the common {@link Exchange}. */
final class Release extends Errand {

    private final List<AdvisoryLockKey> keys;
    private final LockMode mode;
    private final Supplier<List<Runnable>> released;
    private List<Runnable> answers = List.of();

    /** @param released notes it, and gives the answers to those who wait for that */
    Release(List<AdvisoryLockKey> keys, LockMode mode, Supplier<List<Runnable>> released) {
        this.keys = keys;
        this.mode = mode;
        this.released = released;
    }

    LockMode mode() {
        return mode;
    }

    List<AdvisoryLockKey> keys() {
        return keys;
    }

    @Override
    void run(SessionConnection connection, SharedCounts shared) throws SQLException {
        try {
            requireAll(connection.unlockEach(keys, mode));
        } catch (SQLException e) {
            throw UnsoundSession.because(e);
        }
    }

    @Override
    int more() {
        return -keys.size();
    }

    /** @throws SQLException that ends the session, since nobody can tell what it has */
    static void requireAll(List<Boolean> done) throws SQLException {
        if (done.contains(false)) {
            throw new UnsoundSession("the server says that a lock was not held which this session had taken");
        }
    }

    @Override
    void note(Keeper keeper, SharedCounts shared) {
        if (mode == LockMode.SHARED) {
            shared.remove(keys);
        }
        answers = released.get();
    }

    @Override
    void answer() {
        answers.forEach(Runnable::run);
    }

    /** Nobody needs to hear it: the session is lost, and its locks with it. */
    @Override
    void fail(Throwable why) {}
}
