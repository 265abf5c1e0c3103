package org.advisorylock.impl.transaction;

import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;

/**
 * What a transaction of this JVM was granted. It is a hint and not a proof: a rollback to a savepoint frees what was
 * taken after it.
 *
 * @param by the DataSource; another one of the same database may be another session
 * @param place the place in the code that asked for it
 * @param since by the clock of {@link Deadline}
 */
record HeldLock(LockDatabase by, LockMode mode, Object place, int backend, long since) {

    boolean excludes(LockMode wanted) {
        return Claim.exclude(mode, wanted);
    }

    boolean covers(LockMode wanted) {
        return Claim.covers(mode, wanted);
    }
}
