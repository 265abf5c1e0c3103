package org.advisorylock.impl.session.link;

import java.sql.SQLException;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.session.hold.Holds;
import org.advisorylock.impl.session.hold.Keeper;
import org.advisorylock.impl.session.hold.QueuedRequest;
import org.jspecify.annotations.Nullable;

/**
 * Tries exclusive keys in their order, in the common {@link Exchange}. If one is taken, the keys after it are released
 * again, so that the order of locks is kept.
 */
final class TryAll extends Acquire {

    List<AdvisoryLockKey> wanted = List.of();
    int had;

    /** Why this request failed, if others did not. */
    @Nullable
    SQLException failure;

    TryAll(Holds registry, QueuedRequest ask, AcquireListener answer) {
        super(registry, ask, answer);
    }

    /** Counts the granted keys before the first refused one. */
    void count(List<Boolean> done, List<AdvisoryLockKey> tooMany) {
        had = done.contains(false) ? done.indexOf(false) : done.size();
        for (int key = had; key < done.size(); key++) {
            if (done.get(key)) {
                tooMany.add(wanted.get(key));
            }
        }
    }

    @Override
    void run(SessionConnection connection, SharedCounts shared) {
        throw new IllegalStateException("goes with the exchange");
    }

    @Override
    int more() {
        return had;
    }

    @Override
    void note(Keeper keeper, SharedCounts shared) {
        registry.granted(ask, had, keeper);
    }
}
