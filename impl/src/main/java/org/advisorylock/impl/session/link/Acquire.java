package org.advisorylock.impl.session.link;

import org.advisorylock.impl.session.hold.Holds;
import org.advisorylock.impl.session.hold.QueuedRequest;

/**
 * Asks the server for the keys that a request wants. {@link Holds} notes what is granted before the answer is given.
 */
public abstract class Acquire extends Errand {

    /** Gets the answer once, in the session's thread. It must not block. */
    public interface AcquireListener {
        void came();

        void failed(Throwable why);
    }

    final Holds registry;
    final QueuedRequest ask;
    private final AcquireListener answer;

    Acquire(Holds registry, QueuedRequest ask, AcquireListener answer) {
        this.registry = registry;
        this.ask = ask;
        this.answer = answer;
    }

    @Override
    final void answer() {
        answer.came();
    }

    /** Whether anybody waits for the answer. */
    boolean isWanted() {
        return true;
    }

    @Override
    final void fail(Throwable why) {
        if (isWanted()) {
            answer.failed(why);
        }
    }
}
