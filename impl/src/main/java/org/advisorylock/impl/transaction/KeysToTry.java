package org.advisorylock.impl.transaction;

import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.transaction.Outcome.NotInTime;
import org.advisorylock.impl.transaction.Outcome.Refused;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a request that this thread already holds in shared mode. They are tried, and the call does not wait for
 * them. Two transactions that wait to make a shared lock exclusive wait for each other. And PostgreSQL queues a shared
 * lock in another session behind a session that waits in exclusive mode, and that session waits for this thread.
 *
 * @param request all keys
 * @param keys the keys that the thread holds
 * @param held who holds them, and where they were taken
 */
record KeysToTry(Claim request, List<AdvisoryLockKey> keys, String held) {

    /**
     * The requests to send first, one by one, without waiting. Even a wait of a millisecond is a deadlock if two do it
     * at the same time. Before PostgreSQL 17 a try is also refused if others wait for the key, although its holder
     * would overtake them.
     *
     * @see <a
     *     href="https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/storage/lmgr/proc.c">PostgreSQL:
     *     early_deadlock in ProcSleep</a>
     */
    List<Claim> first() {
        return keys.stream()
                .map(key -> request.forKeys(List.of(key)).waiting(AdvisoryLock.IMMEDIATE))
                .toList();
    }

    /** The request to wait for after that; null if there is nothing more. */
    @Nullable
    Claim rest() {
        List<AdvisoryLockKey> others =
                request.keys().stream().filter(key -> !keys.contains(key)).toList();
        return others.isEmpty() ? null : request.forKeys(others);
    }

    /** The gates of the request where the call queues. */
    DatabaseKey[] gates(DatabaseKey[] all) {
        return List.of(all).stream().filter(gate -> !keys.contains(gate.key())).toArray(DatabaseKey[]::new);
    }

    /** What it means that the first requests were not granted. */
    Outcome refusal(Object place, NotInTime first) {
        return request.mode() == LockMode.EXCLUSIVE
                ? new NotInTime(() -> upgradeRefused(first.toException()))
                : new Refused(() -> behindAWaiter(place, first.toException()));
    }

    private LockTimeoutException upgradeRefused(LockTimeoutException timeout) {
        return new LockTimeoutException(
                CallMessage.UPGRADE_REFUSED.text(request.forKeys(keys), held),
                request.keys(),
                timeout.waited(),
                timeout.holders(),
                timeout);
    }

    private SelfDeadlockException behindAWaiter(Object place, LockTimeoutException timeout) {
        return new SelfDeadlockException(
                CallMessage.SHARED_BEHIND_A_WAITER.text(request.forKeys(keys), held, place), request.keys(), timeout);
    }
}
