package org.advisorylock.impl.transaction;

import java.util.Objects;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.jspecify.annotations.Nullable;

/** The transactions of this JVM that asked for locks: the current one, and those that the current thread has suspended. */
final class Transactions {

    /** A transaction of a thread, and those that the thread had before. */
    private record Mine(LockingTransaction transaction, @Nullable Mine others) {

        static boolean contains(@Nullable Mine all, LockingTransaction transaction) {
            return all != null && (all.transaction == transaction || contains(all.others, transaction));
        }

        static @Nullable Mine living(@Nullable Mine all) {
            if (all == null) {
                return null;
            }
            Mine others = living(all.others);
            if (all.transaction.hasEnded()) {
                return others;
            }
            return Objects.equals(others, all.others) ? all : new Mine(all.transaction, others);
        }
    }

    /** Removed again when the thread's last transaction ends, so that a pooled thread keeps nothing of an undeployed application. */
    private static final ThreadLocal<Mine> OF_THREAD = new ThreadLocal<>();

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
        LockingTransaction current = jta.resource(this, LockingTransaction.class);
        if (current == null) {
            LockingTransaction begun = new LockingTransaction();
            jta.keep(this, begun, status -> end(begun));
            current = begun;
        }
        Mine mine = OF_THREAD.get();
        if (!Mine.contains(mine, current)) {
            OF_THREAD.set(new Mine(current, Mine.living(mine)));
        }
        return current;
    }

    private void end(LockingTransaction ended) {
        for (LockingTransaction.State state = ended.end(); state != null; state = state.next) {
            gates.leave(state.key, ended);
            known.forget(state.key.key());
        }
        Mine living = Mine.living(OF_THREAD.get());
        if (living == null) {
            OF_THREAD.remove();
        } else {
            OF_THREAD.set(living);
        }
    }

    /** Lets the monitor name the keys that a transaction asks for, until it ends. */
    void name(LockingTransaction transaction, LockedKey[] keys) {
        for (LockedKey key : keys) {
            // In this order: another thread may end the transaction, and forget its keys, at any time.
            known.remember(key.key());
            if (!transaction.ask(key)) {
                known.forget(key.key());
            }
        }
    }

    /** Where a transaction of this thread has taken a key, so that a request outside it would wait for it; null if nowhere. */
    static @Nullable String placeOfConflict(String database, Claim request) {
        if (request.isForPermit()) {
            return null;
        }
        LockedKey[] keys = LockedKey.of(database, request);
        for (Mine mine = OF_THREAD.get(); mine != null; mine = mine.others) {
            for (LockedKey key : keys) {
                Holding holding = mine.transaction.holding(key);
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
    void refuseSelfDeadlock(LockingTransaction current, LockedKey[] keys, Claim request, String place) {
        for (Mine mine = OF_THREAD.get(); mine != null; mine = mine.others) {
            if (mine.transaction != current && !mine.transaction.hasEnded()) {
                for (LockedKey key : keys) {
                    Holding holding = mine.transaction.holding(key);
                    if (holding != null && holding.excludes(request.mode())) {
                        throw new SelfDeadlockException(
                                Message.SELF_DEADLOCK.text(request, holding.place(), place), request.keys(), null);
                    }
                }
            }
        }
    }
}
