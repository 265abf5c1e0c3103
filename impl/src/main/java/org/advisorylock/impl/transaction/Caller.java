package org.advisorylock.impl.transaction;

import java.util.function.Predicate;

/**
 * Who asks.
 *
 * @param place where in the code, for messages
 * @param fresh whether the very call that asks began the transaction, so that this holds nothing yet
 */
public record Caller(String place, boolean fresh) {

    private static final StackWalker STACK = StackWalker.getInstance();

    /** The code that called a lock service; it may have done anything in its transaction. */
    static Caller ofService() {
        Predicate<String> own = name ->
                name.startsWith("org.advisorylock.impl.") || name.contains("$Proxy$") || name.contains("ClientProxy");
        return STACK.walk(frames ->
                        frames.filter(frame -> !own.test(frame.getClassName())).findFirst())
                .map(frame -> new Caller(frame.toString(), false))
                .orElseThrow();
    }
}
