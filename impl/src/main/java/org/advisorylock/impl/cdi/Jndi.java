package org.advisorylock.impl.cdi;

import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/** The server's directory. */
final class Jndi {

    private Jndi() {}

    /** Looks up a name that comes from an annotation or the configuration, never from a request. */
    @SuppressWarnings("BanJNDI")
    static @Nullable Object lookUp(String name) throws NamingException {
        return InitialContext.doLookup(name);
    }
}
