package org.advisorylock.impl.transaction;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.impl.postgres.LockRequest;
import org.advisorylock.impl.transaction.Gates.Passage;

/** Leads a request through the gates of its keys, in their order. */
final class GateKeeper {

    /**
     * How long a transaction may queue that may hold something another one waits for. After that it waits in the database, where
     * PostgreSQL's deadlock detector sees it.
     */
    private static final long LONGEST_QUEUE_OF_A_HOLDER = Duration.ofSeconds(1).toNanos();

    private final Gates gates;
    private final boolean gated;

    GateKeeper(Gates gates, boolean gated) {
        this.gates = gates;
        this.gated = gated;
    }

    /**
     * Passes the gates, waiting until the deadline at most. An immediate request does not queue.
     *
     * @param deadline by {@link System#nanoTime}; without meaning for an unlimited request
     * @param passed is given the gates that this request passed
     */
    Passage pass(
            LockingTransaction transaction,
            String database,
            LockRequest request,
            Caller caller,
            long deadline,
            List<LockedKey> passed) {
        if (!gated || request.isImmediate()) {
            return Passage.PASSED;
        }
        long patience = System.nanoTime() + LONGEST_QUEUE_OF_A_HOLDER;
        boolean cutShort = !caller.fresh() && (request.isUnlimited() || patience - deadline < 0);
        for (AdvisoryLockKey key : request.keys()) {
            LockedKey gate = new LockedKey(database, key);
            if (transaction.isPastGate(gate)) {
                continue;
            }
            Passage passage = gates.pass(
                    gate,
                    transaction,
                    request.mode(),
                    cutShort ? patience : deadline,
                    cutShort || !request.isUnlimited());
            if (passage == Passage.TIMED_OUT && cutShort) {
                gates.enter(gate, transaction, request.mode());
                passage = Passage.PASSED;
            }
            if (passage != Passage.PASSED) {
                return passage;
            }
            if (!transaction.passGate(gate)) {
                gates.leave(gate, transaction);
                return Passage.TRANSACTION_ENDED;
            }
            passed.add(gate);
        }
        return Passage.PASSED;
    }

    /** After a grant: who did not queue is inside all the same, so that others queue behind it. */
    void settle(LockingTransaction transaction, String database, LockRequest request) {
        if (gated && request.isImmediate()) {
            for (AdvisoryLockKey key : request.keys()) {
                LockedKey gate = new LockedKey(database, key);
                if (transaction.passGate(gate)) {
                    gates.enter(gate, transaction, request.mode());
                }
            }
        }
    }

    /** After a refusal: the transaction goes on without these keys. */
    void turnBack(LockingTransaction transaction, List<LockedKey> passed) {
        for (LockedKey gate : passed) {
            transaction.unpassGate(gate);
            gates.leave(gate, transaction);
        }
    }

    /** What is known of those who are inside the gates of a request. */
    List<Holding> holdings(String database, LockRequest request) {
        List<Holding> holdings = new ArrayList<>();
        request.keys().forEach(key -> holdings.addAll(gates.holdings(new LockedKey(database, key))));
        return holdings;
    }
}
