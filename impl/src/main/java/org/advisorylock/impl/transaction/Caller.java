package org.advisorylock.impl.transaction;

import java.util.regex.Pattern;

/**
 * Who asks.
 *
 * @param place where in the code, for messages
 * @param fresh whether the very call that asks began the transaction, so that this holds nothing yet
 */
public record Caller(String place, boolean fresh) {

    private static final StackWalker STACK = StackWalker.getInstance();

    /** What stands between a lock service and the code that calls it. */
    private static final Pattern BETWEEN = Pattern.compile(
            "(org\\.advisorylock\\.impl\\.transaction|org\\.jboss\\.weld|org\\.apache\\.webbeans|io\\.quarkus\\.arc)\\..*|.*(\\$Proxy|ClientProxy).*");

    /** The code that called a lock service; it may have done anything in its transaction. */
    static Caller ofService() {
        String place = STACK.walk(frames -> frames.filter(
                                frame -> !BETWEEN.matcher(frame.getClassName()).matches())
                        .findFirst()
                        .map(StackWalker.StackFrame::toString))
                .orElse("unknown code");
        return new Caller(place, false);
    }
}
