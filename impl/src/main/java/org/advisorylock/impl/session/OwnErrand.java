package org.advisorylock.impl.session;

import org.advisorylock.impl.session.hold.QueuedRequest;
import org.advisorylock.impl.session.link.Acquire;
import org.advisorylock.impl.session.link.LockSessions;
import org.jspecify.annotations.Nullable;

/**
 * What a caller's thread does itself in place of a session's thread. It does so at the end, when it holds no monitor of
 * the library.
 */
final class OwnErrand {

    private volatile @Nullable Thread thread;
    private @Nullable Runnable toDo;

    /** Runs something in the current thread, and then, if this thread may block, what is left to do. */
    void run(boolean mayBlock, Runnable first) {
        thread = mayBlock ? Thread.currentThread() : null;
        try {
            first.run();
        } finally {
            thread = null;
            Runnable left = toDo;
            toDo = null;
            if (left != null) {
                left.run();
            }
        }
    }

    /** Asks the server. If the current thread is running the first thing, it does that itself at the end. */
    void tryOnce(LockSessions sessions, QueuedRequest ask, Acquire.AcquireListener answer) {
        if (thread == Thread.currentThread()) {
            toDo = sessions.tryOnceHere(ask, answer);
        } else {
            sessions.tryOnce(ask, answer);
        }
    }
}
