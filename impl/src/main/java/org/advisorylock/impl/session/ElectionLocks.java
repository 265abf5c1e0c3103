package org.advisorylock.impl.session;

import org.advisorylock.KeyHash;

/** Makes the locks of elections. */
public final class ElectionLocks {

    private ElectionLocks() {}

    /** Of one database they go in common messages; of several, in threads that may block. */
    public static AsyncLocks of(SessionLocker locker, Source source, KeyHash hash) {
        return source instanceof Source.One one
                ? new DirectLocks(locker, one)
                : new WorkerLocks(new JdbcSessionLocks(locker, any -> source, hash, 1, ""));
    }
}
