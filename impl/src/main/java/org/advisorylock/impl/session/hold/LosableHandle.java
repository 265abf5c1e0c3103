package org.advisorylock.impl.session.hold;

import org.advisorylock.LockHandle;
import org.advisorylock.LockLostException;
import org.jspecify.annotations.Nullable;

/** A handle that knows without a message to the server whether its lock was lost. */
public interface LosableHandle extends LockHandle {

    /** Whether the lock has ended before its holder closed it. */
    boolean isLost();

    /** The error that says so. */
    LockLostException lost();

    /** The error of a lost lock. Null if the lock was not lost. */
    static @Nullable RuntimeException lossOf(LockHandle handle) {
        return handle instanceof LosableHandle own && own.isLost() ? own.lost() : null;
    }
}
