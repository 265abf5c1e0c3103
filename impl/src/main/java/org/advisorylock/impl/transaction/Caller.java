package org.advisorylock.impl.transaction;

import org.advisorylock.impl.CallSite;

/**
 * Who asks.
 *
 * @param place where in the code, for messages; what it prints is made only if one is written
 * @param fresh whether the very call that asks began the transaction and ran no foreign code since, so that this holds nothing yet
 */
public record Caller(Object place, boolean fresh) {

    /** The code that called a lock service; it may have done anything in its transaction. */
    static Caller ofService() {
        return new Caller(CallSite.ofService(), false);
    }
}
