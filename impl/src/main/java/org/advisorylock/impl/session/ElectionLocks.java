package org.advisorylock.impl.session;

import org.advisorylock.KeyHash;
import org.advisorylock.impl.event.LockEvents;

/** Makes the locks of elections. */
public final class ElectionLocks {

    private ElectionLocks() {}

    /** Locks of one database share messages. Locks of a group use threads that may block. */
    public static AsyncLocks of(SessionLocker locker, Source source, KeyHash hash) {
        return source instanceof Source.One one
                ? new DirectLocks(locker, one)
                : new WorkerLocks(new JdbcSessionLocks(locker, any -> source, hash, 1, LockEvents.UNHEARD, ""));
    }
}
