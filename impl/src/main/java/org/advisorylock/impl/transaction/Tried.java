package org.advisorylock.impl.transaction;

import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a request that this thread holds shared already. They are tried and never waited for: two that wait to make a shared lock exclusive wait for
 * each other, and a shared lock in another session queues behind whoever waits for it exclusively, hence for this very thread.
 *
 * @param request all keys
 * @param keys those
 * @param held by whom they are held, and where they were taken
 */
record Tried(Claim request, List<AdvisoryLockKey> keys, String held) {

    /**
     * What is asked for first, one by one and without waiting: even a millisecond of waiting is a deadlock for two that do it at the same
     * time. Before PostgreSQL 17 a try is refused, too, if others wait for the key, although its holder would overtake them.
     *
     * @see <a href="https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/storage/lmgr/proc.c">PostgreSQL: early_deadlock in ProcSleep</a>
     */
    List<Claim> first() {
        return keys.stream()
                .map(key -> request.forKeys(List.of(key)).waiting(AdvisoryLock.IMMEDIATE))
                .toList();
    }

    /** What is waited for after that; null if there is nothing more. */
    @Nullable
    Claim rest() {
        List<AdvisoryLockKey> others =
                request.keys().stream().filter(key -> !keys.contains(key)).toList();
        return others.isEmpty() ? null : request.forKeys(others);
    }

    /** Those of the request's gates at which it queues. */
    LockedKey[] gates(LockedKey[] all) {
        return List.of(all).stream().filter(gate -> !keys.contains(gate.key())).toArray(LockedKey[]::new);
    }

    /** Why the first were not granted. */
    AdvisoryLockException refusal(Object place, LockTimeoutException timeout) {
        if (request.mode() == LockMode.EXCLUSIVE) {
            return new LockTimeoutException(
                    Message.UPGRADE_REFUSED.text(request.forKeys(keys), held),
                    request.keys(),
                    timeout.waited(),
                    timeout.holders(),
                    timeout);
        }
        return new SelfDeadlockException(
                Message.SHARED_BEHIND_A_WAITER.text(request.forKeys(keys), held, place), request.keys(), timeout);
    }
}
