package org.advisorylock.impl.transaction;

import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.impl.postgres.Claim;
import org.jspecify.annotations.Nullable;

/** A key of one database, whichever DataSource leads there. */
record DatabaseKey(String database, AdvisoryLockKey key) {

    /**
     * The keys of a request, in its order. The key of a semaphore is no key of the database: it is only the place where
     * its waiters queue.
     */
    static DatabaseKey[] of(String database, Claim request) {
        if (request.isForPermit()) {
            return new DatabaseKey[] {
                new DatabaseKey(
                        database + "#" + request.slots().size(), request.keys().get(0))
            };
        }
        DatabaseKey[] keys = new DatabaseKey[request.keys().size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = new DatabaseKey(database, request.keys().get(i));
        }
        return keys;
    }

    // By hand: the methods of a record on JDK 17 keep the classes of its components, and their application, in a cache
    // of the JDK.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DatabaseKey that && key.equals(that.key) && database.equals(that.database);
    }

    @Override
    public int hashCode() {
        return 31 * database.hashCode() + key.hashCode();
    }
}
