package org.advisorylock.impl;

import java.util.List;

/** Finds the place in an application's code that calls a service of the library, for messages. */
public final class CallSite {

    private static final StackWalker STACK = StackWalker.getInstance();

    /** What stands between a lock service and the code that calls it. */
    private static final List<String> BETWEEN = List.of(
            "org.advisorylock.impl.CallSite",
            "org.advisorylock.impl.transaction.",
            "org.advisorylock.impl.session.",
            "org.advisorylock.impl.cdi.",
            "org.jboss.weld.",
            "org.apache.webbeans.",
            "io.quarkus.arc.");

    private CallSite() {}

    /** The innermost frame outside the library and the container. Its text costs as much as the frame, and few calls need it. */
    public static Object ofService() {
        return STACK.walk(frames -> frames.filter(frame -> !isBetween(frame.getClassName()))
                .<Object>map(frame -> frame)
                .findFirst()
                .orElse("unknown code"));
    }

    private static boolean isBetween(String type) {
        for (String prefix : BETWEEN) {
            if (type.startsWith(prefix)) {
                return true;
            }
        }
        return type.contains("$Proxy") || type.contains("ClientProxy");
    }
}
