package org.advisorylock.impl.transaction;

import java.util.ArrayList;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.LockRequest;
import org.jspecify.annotations.Nullable;

/** The transactions of this JVM that asked for locks: the current one, and those that the current thread has suspended. */
final class Transactions {

    /** Removed again when the thread's last transaction ends, so that a pooled thread keeps nothing of an undeployed application. */
    private static final ThreadLocal<List<LockingTransaction>> OF_THREAD = new ThreadLocal<>();

    private final Jta jta;
    private final Gates gates;
    private final KnownKeys known;

    Transactions(Jta jta, Gates gates, KnownKeys known) {
        this.jta = jta;
        this.gates = gates;
        this.known = known;
    }

    /** The active transaction; one must be active. */
    LockingTransaction current() {
        LockingTransaction current = jta.resource(LockingTransaction.class);
        if (current == null) {
            LockingTransaction begun = new LockingTransaction();
            jta.keep(begun, () -> end(begun));
            current = begun;
        }
        remember(current);
        return current;
    }

    private void remember(LockingTransaction current) {
        List<LockingTransaction> mine = OF_THREAD.get();
        if (mine == null) {
            mine = new ArrayList<>(2);
            OF_THREAD.set(mine);
        } else if (mine.contains(current)) {
            return;
        }
        mine.removeIf(LockingTransaction::hasEnded);
        mine.add(current);
    }

    private void end(LockingTransaction ended) {
        for (LockedKey key : ended.end()) {
            gates.leave(key, ended);
            known.forget(key.key());
        }
        List<LockingTransaction> mine = OF_THREAD.get();
        if (mine != null) {
            mine.removeIf(LockingTransaction::hasEnded);
            if (mine.isEmpty()) {
                OF_THREAD.remove();
            }
        }
    }

    /** Lets the monitor name the keys that a transaction asks for, until it ends. */
    void name(LockingTransaction transaction, String database, List<AdvisoryLockKey> keys) {
        known.remember(transaction.name(database, keys));
    }

    /** Where a transaction of this thread has taken a key, so that a request outside it would wait for it; null if nowhere. */
    static @Nullable String placeOfConflict(String database, LockRequest request) {
        List<LockingTransaction> mine = OF_THREAD.get();
        if (mine == null || request.isForPermit()) {
            return null;
        }
        for (LockingTransaction transaction : mine) {
            for (AdvisoryLockKey key : request.keys()) {
                Holding holding = transaction.holding(new LockedKey(database, key));
                if (holding != null && holding.excludes(request.mode())) {
                    return holding.place();
                }
            }
        }
        return null;
    }

    /**
     * Refuses to wait for the own thread.
     *
     * @throws SelfDeadlockException if a suspended transaction of this thread holds one of the keys
     */
    void refuseSelfDeadlock(LockingTransaction current, String database, LockRequest request, String place) {
        List<LockingTransaction> mine = OF_THREAD.get();
        if (mine == null || mine.size() < 2) {
            return;
        }
        for (LockingTransaction other : mine) {
            if (other != current && !other.hasEnded()) {
                for (AdvisoryLockKey key : request.keys()) {
                    Holding holding = other.holding(new LockedKey(database, key));
                    if (holding != null && holding.excludes(request.mode())) {
                        throw new SelfDeadlockException(
                                Message.SELF_DEADLOCK.text(request, holding.place(), place), request.keys(), null);
                    }
                }
            }
        }
    }
}
