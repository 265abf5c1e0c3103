package org.advisorylock.impl;

import java.util.List;
import java.util.regex.Pattern;

/** Finds the place in an application's code that calls a service of the library, for messages. */
public final class CallSite {

    private static final StackWalker STACK = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    /** Classes between a lock service and the code that calls it. */
    private static final List<String> BETWEEN = List.of(
            "org.advisorylock.impl.CallSite",
            "org.advisorylock.impl.event.",
            "org.advisorylock.impl.transaction.",
            "org.advisorylock.impl.session.",
            "org.advisorylock.impl.cdi.",
            "org.jboss.weld.",
            "org.apache.webbeans.",
            "io.quarkus.arc.");

    private static final Pattern LAMBDA = Pattern.compile("lambda\\$(.+)\\$\\d+$");

    /** The names of a class are compared only once. */
    private static final ClassValue<Boolean> IS_BETWEEN = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return isBetween(type.getName());
        }
    };

    private CallSite() {}

    /**
     * The innermost frame outside the library and the container, above that of a service. A walk takes microseconds,
     * about twenty in a deep stack: more than everything else that the library does for a call.
     */
    public static String of(Class<?> service) {
        return STACK.walk(frames -> frames.dropWhile(frame -> frame.getDeclaringClass() != service)
                .filter(frame -> !IS_BETWEEN.get(frame.getDeclaringClass()))
                .findFirst()
                .map(Object::toString)
                .orElse("unknown code"));
    }

    /** The class and method of such a frame, also if it is in a lambda. No class loader, no line: a name that stays. */
    public static String nameOf(String frame) {
        int end = frame.indexOf('(');
        String method = end < 0 ? frame : frame.substring(frame.lastIndexOf('/', end) + 1, end);
        return LAMBDA.matcher(method).replaceFirst("$1");
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
