package org.advisorylock.impl.transaction;

import org.advisorylock.impl.CallSite;

/**
 * Who asks.
 *
 * @param place where in the code, for messages
 * @param fresh whether the very call that asks began the transaction, so that this holds nothing yet
 */
public record Caller(String place, boolean fresh) {

    /** The code that called a lock service; it may have done anything in its transaction. */
    static Caller ofService() {
        return new Caller(CallSite.ofService(), false);
    }
}
