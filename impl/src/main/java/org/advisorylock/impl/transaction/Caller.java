package org.advisorylock.impl.transaction;

import org.advisorylock.LockEvent.WaitPlace;
import org.advisorylock.impl.event.Story;
import org.jspecify.annotations.Nullable;

/**
 * The caller of a lock.
 *
 * @param place the place in the code, for messages. Its text is made only for a message, and is best while the call is
 *     running
 * @param fresh whether this very call began the transaction and has run no foreign code since then, so that the
 *     transaction holds nothing yet
 * @param story what listeners hear; null if nobody listens
 */
public record Caller(Object place, boolean fresh, @Nullable Story story) {

    public Caller(Object place, boolean fresh) {
        this(place, fresh, null);
    }

    /** The same caller, of which listeners hear. */
    public Caller in(Story heard) {
        return new Caller(place, fresh, heard);
    }

    /** Notes that it waits. */
    void waits(WaitPlace where) {
        if (story != null) {
            story.waits(where);
        }
    }
}
