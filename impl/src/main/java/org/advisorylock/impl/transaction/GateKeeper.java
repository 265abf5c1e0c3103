package org.advisorylock.impl.transaction;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.advisorylock.LockEvent.WaitPlace;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.transaction.Gates.Passage;

/** Takes a request through the gates of its keys, in their order. */
final class GateKeeper {

    /**
     * How long a transaction may queue that may hold something that others wait for. After that it waits in the
     * database, where PostgreSQL's deadlock detector sees it.
     */
    private static final long LONGEST_QUEUE_OF_A_HOLDER = Duration.ofSeconds(1).toNanos();

    private final Gates gates;
    private final boolean gated;
    private final LongSupplier nanoClock;

    GateKeeper(Gates gates, boolean gated, LongSupplier nanoClock) {
        this.gates = gates;
        this.gated = gated;
        this.nanoClock = nanoClock;
    }

    /**
     * Passes the gates. It waits for them until the deadline at most. An immediate request does not queue.
     *
     * @param deadline by the clock; not used for an unlimited request
     * @param attempt the attempt that owns the gates, until it {@linkplain #turnBack turns back}
     */
    Passage pass(
            LockingTransaction transaction,
            DatabaseKey[] keys,
            Claim request,
            Caller caller,
            long deadline,
            Attempt attempt) {
        if (!gated || request.isImmediate()) {
            return Passage.PASSED;
        }
        long patience = nanoClock.getAsLong() + LONGEST_QUEUE_OF_A_HOLDER;
        boolean cutShort = !caller.fresh() && (request.isUnlimited() || patience - deadline < 0);
        for (DatabaseKey gate : keys) {
            Gates.Entry place = transaction.arrive(gate, request.mode(), attempt);
            if (place == null) {
                return Passage.TRANSACTION_ENDED;
            }
            if (!place.isAdmitted()) {
                caller.waits(WaitPlace.GATE);
            }
            Passage passage = gates.await(place, cutShort ? patience : deadline, cutShort || !request.isUnlimited());
            if (passage != Passage.PASSED) {
                passage = giveUp(place, gate, passage, cutShort);
            }
            if (passage != Passage.PASSED) {
                return passage;
            }
        }
        return Passage.PASSED;
    }

    /**
     * Ends a wait in a queue, or goes from there to wait in the database. The gate may have opened meanwhile, so this
     * tells how the wait ended.
     */
    static Passage giveUp(Gates.Entry place, DatabaseKey gate, Passage reason, boolean cutShort) {
        LockingTransaction transaction = place.transaction;
        if (reason == Passage.TIMED_OUT && cutShort) {
            transaction.goPast(gate);
        } else {
            transaction.withdraw(gate);
        }
        if (transaction.hasEnded()) {
            return Passage.TRANSACTION_ENDED;
        }
        return place.isAdmitted() ? Passage.PASSED : reason;
    }

    /** After a grant: registers a transaction that was granted without queueing, so that later ones queue behind it. */
    void settle(LockingTransaction transaction, DatabaseKey[] keys, Claim request, Attempt attempt) {
        if (gated) {
            for (DatabaseKey gate : keys) {
                transaction.enter(gate, request.mode(), attempt);
            }
        }
    }

    /** After a refusal: the transaction goes on without these keys. */
    void turnBack(LockingTransaction transaction, DatabaseKey[] keys, Attempt attempt) {
        for (DatabaseKey gate : keys) {
            transaction.turnBack(gate, attempt);
        }
    }

    /** What is known of the transactions inside the gates of a request. */
    List<HeldLock> heldLocks(DatabaseKey[] keys) {
        return Arrays.stream(keys)
                .flatMap(gate -> gates.at(gate).stream()
                        .filter(Gates.Entry::isAdmitted)
                        .map(place -> place.transaction.heldLock(gate)))
                .filter(Objects::nonNull)
                .toList();
    }
}
