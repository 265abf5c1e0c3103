package org.advisorylock.impl.transaction;

import java.util.ArrayList;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.jspecify.annotations.Nullable;

/** Finds the keys of a request that this thread already holds in shared mode. Safe for use by several threads. */
final class OwnSharedLocks {

    private final Transactions transactions;
    private final TransactionLocker.SessionsOfThread sessions;

    OwnSharedLocks(Transactions transactions, TransactionLocker.SessionsOfThread sessions) {
        this.transactions = transactions;
        this.sessions = sessions;
    }

    /**
     * The keys for which the call must not wait, because this thread holds them in shared mode; null if there are none.
     */
    @Nullable
    KeysToTry find(LockingTransaction transaction, LockDatabase database, DatabaseKey[] keys, Claim request) {
        List<AdvisoryLockKey> own = List.of();
        String first = "";
        for (DatabaseKey key : keys) {
            String held = request.mode() == LockMode.EXCLUSIVE
                    ? heldByItself(transaction, key)
                    : heldElsewhere(transaction, database, key, request);
            if (held != null) {
                if (own.isEmpty()) {
                    own = new ArrayList<>();
                    first = held;
                }
                own.add(key.key());
            }
        }
        return own.isEmpty() ? null : new KeysToTry(request, own, first);
    }

    private static @Nullable String heldByItself(LockingTransaction transaction, DatabaseKey key) {
        HeldLock holding = transaction.heldLock(key);
        return holding == null || holding.mode() == LockMode.EXCLUSIVE
                ? null
                : holding.place().toString();
    }

    /** Finds a holder in another session: a suspended transaction, another DataSource, or a session lock. */
    private @Nullable String heldElsewhere(
            LockingTransaction transaction, LockDatabase database, DatabaseKey key, Claim request) {
        if (request.isImmediate() || request.isForPermit()) {
            return null;
        }
        HeldLock suspended = transactions.conflict(transaction, key, LockMode.EXCLUSIVE);
        if (suspended != null) {
            return "a suspended transaction of this thread (taken in " + suspended.place() + ")";
        }
        HeldLock own = transaction.heldLock(key);
        if (own != null && !own.by().equals(database)) {
            return "this very transaction by " + own.by() + " (taken in " + own.place() + ")";
        }
        String session = sessions.placeOfConflict(
                key.database(), request.forKeys(List.of(key.key())).exclusively());
        return session == null ? null : "this thread as a session lock (taken in " + session + ")";
    }
}
