package org.advisorylock.impl.session.hold;

import org.advisorylock.LockHandle;
import org.advisorylock.LockLostException;
import org.jspecify.annotations.Nullable;

/** A handle that tells whether its lock was lost, without a message to the server. */
public interface LosableHandle extends LockHandle {

    /** Whether the lock ended before its holder wanted. */
    boolean isLost();

    /** The error that tells so. */
    LockLostException lost();

    /** The error of a lock that was lost while it was held; null if it was not. */
    static @Nullable RuntimeException lossOf(LockHandle handle) {
        return handle instanceof LosableHandle own && own.isLost() ? own.lost() : null;
    }
}
