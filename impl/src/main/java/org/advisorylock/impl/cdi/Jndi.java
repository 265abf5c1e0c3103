package org.advisorylock.impl.cdi;

import java.util.regex.Pattern;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/**
 * The server's directory. A name with the scheme of a URL, such as {@code ldap:} or {@code rmi:}, would make the JVM
 * connect to the host in it. So {@code java:} is the only scheme that is looked up.
 */
final class Jndi {

    private static final String JAVA = "java:";
    private static final int LONGEST = 500;

    /** Characters that move the cursor, or change the direction of the text. */
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private Jndi() {}

    /** Looks up a name that has no {@link #objection}. */
    @SuppressWarnings("BanJNDI")
    static @Nullable Object lookUp(String name) throws NamingException {
        return InitialContext.doLookup(name);
    }

    /** The objection to a name, wherever it comes from; empty if there is none. */
    static String objection(String name) {
        if (name.length() > LONGEST) {
            return "it has " + name.length() + " characters, and " + LONGEST + " at most are allowed";
        }
        if (UNSEEN.matcher(name).find()) {
            return "it has a control character";
        }
        return name.indexOf(':', hasJavaScheme(name) ? JAVA.length() : 0) >= 0 ? "it has a colon" : "";
    }

    /** Whether a name in code, which may come from a request, may be looked up. */
    static boolean hasJavaScheme(String name) {
        return name.startsWith(JAVA);
    }
}
