package org.advisorylock.impl.session.link;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The session for all locks that are free at once. If it is crowded, there is a second one beside it: at the end of
 * each statement PostgreSQL goes through all locks of the session, and with ten thousand that takes longer than
 * everything else. Only {@link #emptier} is safe for use by several threads.
 */
final class SharedSessions {

    private static final int CROWDED = 1000;

    private final BooleanSupplier hasSpare;
    private volatile @Nullable LockSession first;
    private volatile @Nullable LockSession second;

    /** @param hasSpare whether the pool has a connection for a second session */
    SharedSessions(BooleanSupplier hasSpare) {
        this.hasSpare = hasSpare;
    }

    /** The session for the next try. Null if one must begin. */
    @Nullable
    LockSession emptier() {
        LockSession one = first;
        if (one == null || !isCrowded(one)) {
            return one;
        }
        LockSession other = second;
        return other == null || other.queue().kept() < one.queue().kept() ? other : one;
    }

    private boolean isCrowded(LockSession session) {
        return session.queue().kept() >= CROWDED && hasSpare.getAsBoolean();
    }

    /**
     * Puts a new session in the place of one that has ended.
     *
     * @param ended what {@link #emptier} returned
     */
    void replace(@Nullable LockSession ended, LockSession session) {
        if (first == ended) {
            first = session;
        } else {
            second = session;
        }
    }

    void remove(LockSession session) {
        first = first == session ? null : first;
        second = second == session ? null : second;
    }
}
