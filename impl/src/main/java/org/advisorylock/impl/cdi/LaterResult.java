package org.advisorylock.impl.cdi;

/** A result that was not there when its method returned, and whether its transaction has ended. */
final class LaterResult {

    private final Object value;
    private volatile boolean ended;

    LaterResult(Object value) {
        this.value = value;
    }

    Object value() {
        return value;
    }

    /** Notes the end of the transaction. */
    void noteEnd() {
        ended = true;
    }

    boolean hasTransactionEnded() {
        return ended;
    }
}
