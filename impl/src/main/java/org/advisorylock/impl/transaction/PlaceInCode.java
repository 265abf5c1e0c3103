package org.advisorylock.impl.transaction;

import org.advisorylock.impl.CallSite;
import org.jspecify.annotations.Nullable;

/**
 * The place of a call of {@link JtaTransactionLocks}. To find it, the thread must walk its stack, which costs more than
 * everything else that the library does for a call, and few calls need it. So it is found only if a message names it,
 * and only by the call's own thread while the call is running. After that only the thread and the annotated method
 * around the call are known.
 */
final class PlaceInCode {

    private final Thread thread = Thread.currentThread();

    /** Only the thread uses it. */
    private boolean left;

    private @Nullable Object around;
    private @Nullable String found;

    /** Notes that the call was granted its keys, in an annotated method if there is one. */
    void isUnder(@Nullable Object annotated) {
        around = annotated;
    }

    /** Notes that the call returns: its frame is no longer on the stack. */
    void leave() {
        left = true;
    }

    /** The text without a walk and without the thread, so that calls which differ only in these have one text. */
    static String known(Object place) {
        return place instanceof PlaceInCode code ? code.known() : place.toString();
    }

    /** Whether {@link #find} would walk. */
    static boolean needsWalk(Object place) {
        return place instanceof PlaceInCode code && code.needsWalk();
    }

    /** The text after a walk. */
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

    private boolean needsWalk() {
        return found == null && !left && thread == Thread.currentThread();
    }

    private String find() {
        if (needsWalk()) {
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
