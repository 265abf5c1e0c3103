package org.advisorylock.impl.transaction;

import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.jspecify.annotations.Nullable;

/** Keys that a transaction was granted. There is nothing to close: the end of the transaction releases them. */
public final class LockedCall {

    private final LockingTransaction transaction;
    private final LockDatabase database;
    private final Claim request;
    private final Object place;

    /** The call around this one in the same transaction, which changes it. */
    @Nullable
    LockedCall outer;

    /** @param place the place in the code that asked for them */
    LockedCall(LockingTransaction transaction, LockDatabase database, Claim request, Object place) {
        this.transaction = transaction;
        this.database = database;
        this.request = request;
        this.place = place;
    }

    Object place() {
        return place;
    }

    /**
     * Begins the call. Until it ends, the keys are known to be held, so calls inside it that want the same keys send
     * nothing.
     */
    public void enter() {
        transaction.enter(this);
    }

    /** Ends the call. */
    public void leave() {
        transaction.leave(this);
    }

    /** Whether this call or a call around it was granted a key in the wanted mode, or in a stronger one. */
    boolean covers(LockDatabase other, AdvisoryLockKey key, Claim wanted) {
        return covers(database, request, other, key, wanted) || (outer != null && outer.covers(other, key, wanted));
    }

    /** Whether a granted request has a key in the wanted mode, or in a stronger one. */
    static boolean covers(LockDatabase database, Claim granted, LockDatabase other, AdvisoryLockKey key, Claim wanted) {
        return database.equals(other)
                && Claim.covers(granted.mode(), wanted.mode())
                && granted.slots().size() == wanted.slots().size()
                && granted.has(key);
    }
}
