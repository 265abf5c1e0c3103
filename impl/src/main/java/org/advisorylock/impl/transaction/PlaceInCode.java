package org.advisorylock.impl.transaction;

import org.advisorylock.impl.CallSite;
import org.jspecify.annotations.Nullable;

/**
 * The place of a call of {@link JtaTransactionLocks}. To find it means to walk the stack, which costs more than all else that the library does for a call, and few
 * calls need it. So it is found only while the call is running, by its own thread, if a message names it. Afterwards there are the thread and the
 * annotated method around the call.
 */
final class PlaceInCode {

    private final Thread thread = Thread.currentThread();

    /** Of the thread alone. */
    private boolean left;

    private @Nullable Object around;
    private @Nullable String found;

    /** The call has been granted its keys, in an annotated method if there is one. */
    void isUnder(@Nullable Object annotated) {
        around = annotated;
    }

    /** The call returns: its frame will not be on the stack any more. */
    void leave() {
        left = true;
    }

    /** Without a walk and without the thread: calls that differ in nothing else have one text. */
    static String known(Object place) {
        return place instanceof PlaceInCode code ? code.known() : place.toString();
    }

    /** The same, after a walk. */
    static String find(Object place) {
        return place instanceof PlaceInCode code ? code.find() : place.toString();
    }

    private String known() {
        String exact = found;
        if (exact != null) {
            return exact;
        }
        return around == null ? "code with TransactionLocks" : "code under " + around;
    }

    private String find() {
        if (found == null && !left && thread == Thread.currentThread()) {
            found = CallSite.of(JtaTransactionLocks.class);
        }
        return known();
    }

    @Override
    public String toString() {
        String text = find();
        return found == null ? text + " in thread " + thread.getName() : text;
    }
}
