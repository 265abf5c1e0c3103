package org.advisorylock.impl.leader;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.advisorylock.SessionLocks;
import org.advisorylock.impl.Message;
import org.jspecify.annotations.Nullable;

/**
 * A place in the line of an election, each a session lock: whoever is behind takes the place before it as soon as that is free, and gives up its own. So
 * the first to come is the first to lead, without a table, and nobody waits in the server, where a wait of weeks would hold back vacuum.
 */
final class Line {

    private static final int LAST_PLACE = 1000;

    private final String election;
    private final SessionLocks locks;
    private int place;
    private @Nullable LockHandle lock;

    Line(String election, SessionLocks locks) {
        this.election = election;
        this.locks = locks;
    }

    /** Goes to its end, unless it is in the line already. Not before all others, even if nobody leads: the first of them is about to. */
    void enter() {
        if (lock != null && lock.isHeld()) {
            return;
        }
        leave();
        for (place = 1; place <= LAST_PLACE; place++) {
            LockHandle free = take(place).orElse(null);
            if (free != null) {
                // Somebody behind a free place is about to go forward, and came before.
                Optional<LockHandle> behind = take(place + 1);
                if (behind.isPresent()) {
                    behind.get().close();
                    lock = free;
                    return;
                }
                free.close();
                place++;
            }
        }
        throw new LockGuardException(Message.LINE_FULL.text(election, LAST_PLACE), List.of(), null);
    }

    /** Goes forward as far as places are free; gives the lock of the leader if it has come to the front. */
    Optional<LockHandle> advance() {
        while (lock != null) {
            Optional<LockHandle> next = take(place - 1);
            if (next.isEmpty()) {
                return next;
            }
            lock.close();
            place--;
            lock = place == 0 ? null : next.get();
            if (place == 0) {
                return next;
            }
        }
        return Optional.empty();
    }

    /** Whether nobody but the leader is before it. */
    boolean isAtFront() {
        return place <= 1;
    }

    private Optional<LockHandle> take(int which) {
        return locks.tryAcquire(which == 0 ? election : election + "@" + which, Duration.ZERO);
    }

    void leave() {
        if (lock != null) {
            lock.close();
            lock = null;
        }
    }
}
