package org.advisorylock.impl.transaction;

import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;

/**
 * What a caller wants of a database in its transaction, and until when.
 *
 * @param keys those of the request, in the database
 */
@SuppressWarnings("ArrayRecordComponent")
record Demand(
        LockingTransaction transaction,
        LockDatabase database,
        DatabaseKey[] keys,
        Claim request,
        Caller caller,
        Deadline deadline) {

    /** What the transaction holds once a backend has granted it. */
    HeldLock heldLock(int backend) {
        return new HeldLock(database, request.mode(), caller.place(), backend, deadline.now());
    }
}
