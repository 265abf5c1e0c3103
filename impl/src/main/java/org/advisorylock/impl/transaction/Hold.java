package org.advisorylock.impl.transaction;

import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.jspecify.annotations.Nullable;

/** Keys that a transaction has been granted. Nothing is there to be closed: the transaction does. */
public final class Hold {

    private final LockingTransaction transaction;
    private final LockDatabase database;
    private final Claim request;
    private final Object place;

    /** The call around this one in the same transaction, which changes it. */
    @Nullable
    Hold outer;

    /** @param place where in the code they were asked for */
    Hold(LockingTransaction transaction, LockDatabase database, Claim request, Object place) {
        this.transaction = transaction;
        this.database = database;
        this.request = request;
        this.place = place;
    }

    Object place() {
        return place;
    }

    /** Begins the call for whose length the keys are known to be held, so that calls inside it that want the same ones send nothing. */
    public void enter() {
        transaction.enter(this);
    }

    /** Ends that call. */
    public void leave() {
        transaction.leave(this);
    }

    /** Whether this or a call around it was granted a key as it is wanted, or in a stronger mode. */
    boolean covers(LockDatabase other, AdvisoryLockKey key, Claim wanted) {
        return (database.equals(other)
                        && (request.mode() == LockMode.EXCLUSIVE || wanted.mode() == LockMode.SHARED)
                        && request.slots().size() == wanted.slots().size()
                        && request.has(key))
                || (outer != null && outer.covers(other, key, wanted));
    }
}
