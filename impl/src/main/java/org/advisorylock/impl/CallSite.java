package org.advisorylock.impl;

import java.util.regex.Pattern;

/** Finds the place in an application's code that calls a service of the library, for messages. */
public final class CallSite {

    private static final StackWalker STACK = StackWalker.getInstance();

    /** What stands between a lock service and the code that calls it. */
    private static final Pattern BETWEEN = Pattern.compile(
            "org\\.advisorylock\\.impl\\.CallSite|(org\\.advisorylock\\.impl\\.(transaction|session|cdi)|org\\.jboss\\.weld|org\\.apache\\.webbeans|io\\.quarkus\\.arc)\\..*|.*(\\$Proxy|ClientProxy).*");

    private CallSite() {}

    /** The innermost frame outside the library and the container. */
    public static String ofService() {
        return STACK.walk(frames -> frames.filter(
                                frame -> !BETWEEN.matcher(frame.getClassName()).matches())
                        .findFirst()
                        .map(StackWalker.StackFrame::toString))
                .orElse("unknown code");
    }
}
