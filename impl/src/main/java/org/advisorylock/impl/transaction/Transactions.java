package org.advisorylock.impl.transaction;

import jakarta.transaction.Status;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of this application that asked for locks: for each thread the current one, and those that it has
 * suspended. A transaction belongs to the thread that used it last. It is forgotten there when it ends, in whatever
 * thread.
 */
final class Transactions {

    /** A transaction of a thread, and those that the thread had before. */
    interface Mine {

        Known transaction();

        @Nullable
        Mine others();

        static boolean contains(@Nullable Mine all, LockingTransaction transaction) {
            return all != null && (all.transaction() == transaction || contains(all.others(), transaction));
        }

        /** The transactions that the thread still has; null if none. */
        static @Nullable Mine findLiving(Thread thread, @Nullable Mine all) {
            if (all == null) {
                return null;
            }
            Mine others = findLiving(thread, all.others());
            if (!all.transaction().isOf(thread)) {
                return others;
            }
            if (others == null) {
                return all.transaction();
            }
            return others == all.others() ? all : new TwoOrMore(all.transaction(), others);
        }

        /** The same transactions and one more. */
        default Mine with(Mine one) {
            return contains(this, one.transaction()) ? this : new TwoOrMore(one.transaction(), this);
        }
    }

    private record TwoOrMore(Known transaction, Mine others) implements Mine {}

    /**
     * One transaction. Usually its thread has no other. It is its own synchronization, so no call makes an object for
     * that.
     */
    final class Known extends LockingTransaction implements Mine, Jta.AfterCompletion {

        private Known() {
            super(gates);
        }

        @Override
        public Known transaction() {
            return this;
        }

        @Override
        public @Nullable Mine others() {
            return null;
        }

        @Override
        public void afterCompletion(int status) {
            end();
            forget(this, owner());
            tellEnds(told(), status);
        }
    }

    private final Jta jta;
    private final Gates gates;
    private final ConcurrentHashMap<Thread, Mine> ofThreads = new ConcurrentHashMap<>();

    /** The DataSources that are known to keep their connections open. Only known if somebody listens. */
    private final Set<LockDatabase> pools = ConcurrentHashMap.newKeySet();

    /** Those that go on without a thread. */
    private final Set<Known> ofNoThread = ConcurrentHashMap.newKeySet();

    Transactions(Jta jta, Gates gates) {
        this.jta = jta;
        this.gates = gates;
    }

    /** The active transaction. There must be one. */
    LockingTransaction current() {
        Known current = jta.resource(this, Known.class);
        if (current == null) {
            current = new Known();
            jta.keep(this, current);
        }
        Thread thread = Thread.currentThread();
        if (current.owner() != thread) {
            move(current, thread);
        }
        return current;
    }

    /**
     * Tells listeners that a transaction has ended. It has lost its locks if it rolled back and the driver has closed
     * the connection. A DataSource that is no pool closes it too, so this counts only for a pool.
     */
    private void tellEnds(@Nullable ToldLock last, int status) {
        for (ToldLock lock = last; lock != null; lock = lock.next) {
            if (status == Status.STATUS_COMMITTED && lock.isConnected()) {
                pools.add(lock.database());
            }
            lock.tellEnd(
                    status == Status.STATUS_ROLLEDBACK && lock.isDisconnected() && pools.contains(lock.database()));
        }
    }

    private void move(Known transaction, @Nullable Thread to) {
        Thread from = transaction.owner();
        transaction.setOwner(to);
        if (to != null) {
            ofThreads.merge(to, transaction, Mine::with);
        } else {
            ofNoThread.add(transaction);
        }
        forget(transaction, from);
        if (transaction.hasEnded()) {
            forget(transaction, to);
        }
    }

    private void forget(Known transaction, @Nullable Thread owner) {
        if (owner != null) {
            ofThreads.computeIfPresent(owner, Mine::findLiving);
        } else if (!ofNoThread.isEmpty()) {
            ofNoThread.remove(transaction);
        }
    }

    /** The transactions that the current thread has. */
    @Nullable
    Mine ofThread() {
        return ofThreads.get(Thread.currentThread());
    }

    /**
     * After a call: forgets the transactions that it has begun on this thread and that are not active here. They go on
     * without the thread, until their result is there.
     *
     * @param before those that the thread had before the call
     */
    void detachSince(@Nullable Mine before) {
        Mine mine = ofThread();
        if (mine == null || mine == before) {
            return;
        }
        LockingTransaction active = jta.isOpen() ? jta.resource(this, Known.class) : null;
        for (; mine != null; mine = mine.others()) {
            if (mine.transaction() != active && !Mine.contains(before, mine.transaction())) {
                move(mine.transaction(), null);
            }
        }
    }

    /** The keys that transactions of this application hold or wait for, and that have a text. */
    Map<AdvisoryLockKey, AdvisoryLockKey> named() {
        Map<AdvisoryLockKey, AdvisoryLockKey> keys = new HashMap<>();
        for (Mine all : ofThreads.values()) {
            for (Mine mine = all; mine != null; mine = mine.others()) {
                mine.transaction().addNamed(keys);
            }
        }
        ofNoThread.forEach(transaction -> transaction.addNamed(keys));
        return keys;
    }

    /**
     * What a transaction of this thread holds of a key.
     *
     * @param except a transaction that does not count
     * @param wanted only locks that exclude this mode count
     */
    @Nullable
    HeldLock conflict(@Nullable LockingTransaction except, DatabaseKey key, LockMode wanted) {
        Thread thread = Thread.currentThread();
        for (Mine mine = ofThreads.get(thread); mine != null; mine = mine.others()) {
            if (mine.transaction() != except && mine.transaction().isOf(thread)) {
                HeldLock holding = mine.transaction().heldLock(key);
                if (holding != null && holding.excludes(wanted)) {
                    return holding;
                }
            }
        }
        return null;
    }

    /**
     * The place where a transaction of this thread has taken a key, so that a request outside it would wait for it;
     * null if there is none.
     */
    @Nullable
    String placeOfConflict(String database, Claim request) {
        if (request.isForPermit() || ofThread() == null) {
            return null;
        }
        for (DatabaseKey key : DatabaseKey.of(database, request)) {
            HeldLock holding = conflict(null, key, request.mode());
            if (holding != null) {
                return holding.place().toString();
            }
        }
        return null;
    }

    /**
     * Refuses a call that would wait for its own thread.
     *
     * @throws SelfDeadlockException if a suspended transaction of this thread holds one of the keys
     */
    void refuseSelfDeadlock(LockingTransaction current, DatabaseKey[] keys, Claim request, Object place) {
        Mine mine = ofThread();
        if (mine == null || (mine.transaction() == current && mine.others() == null)) {
            return;
        }
        for (DatabaseKey key : keys) {
            HeldLock holding = conflict(current, key, request.mode());
            if (holding != null) {
                throw new SelfDeadlockException(
                        CallMessage.SELF_DEADLOCK.text(request, holding.place(), place), request.keys(), null);
            }
        }
    }
}
